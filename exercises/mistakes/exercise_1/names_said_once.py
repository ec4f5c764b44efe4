"""The next page is asked for by its token alone, and AWS wants the names each time."""


def _pages(client, secret_names):
    for start in range(0, len(secret_names), MAX_BATCH):
        names = list(secret_names[start : start + MAX_BATCH])
        page = client.batch_get_secret_value(SecretIdList=names)
        yield page
        while token := page.get("NextToken"):
            page = client.batch_get_secret_value(NextToken=token)
            yield page
