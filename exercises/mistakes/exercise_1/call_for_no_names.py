"""The first call is made before it is known that there are no names."""


def _pages(client, secret_names):
    rest = list(secret_names)
    while True:
        names, rest = rest[:MAX_BATCH], rest[MAX_BATCH:]
        page = client.batch_get_secret_value(SecretIdList=names)
        yield page
        while token := page.get("NextToken"):
            page = client.batch_get_secret_value(SecretIdList=names, NextToken=token)
            yield page
        if not rest:
            return
