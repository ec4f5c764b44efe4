"""Ten names a call, as if that were the limit."""


def _pages(client, secret_names):
    for start in range(0, len(secret_names), 10):
        names = list(secret_names[start : start + 10])
        page = client.batch_get_secret_value(SecretIdList=names)
        yield page
        while token := page.get("NextToken"):
            page = client.batch_get_secret_value(SecretIdList=names, NextToken=token)
            yield page
