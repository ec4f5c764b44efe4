"""Each name is asked for by itself, though one call takes 20."""


def _pages(client, secret_names):
    for start in range(len(secret_names)):
        names = list(secret_names[start : start + 1])
        page = client.batch_get_secret_value(SecretIdList=names)
        yield page
        while token := page.get("NextToken"):
            page = client.batch_get_secret_value(SecretIdList=names, NextToken=token)
            yield page
