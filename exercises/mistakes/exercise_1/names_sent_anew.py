"""The next page is asked for without its token, which begins anew."""


def _pages(client, secret_names):
    for start in range(0, len(secret_names), MAX_BATCH):
        names = list(secret_names[start : start + MAX_BATCH])
        page = client.batch_get_secret_value(SecretIdList=names)
        yield page
        while page.get("NextToken"):
            page = client.batch_get_secret_value(SecretIdList=names)
            yield page
