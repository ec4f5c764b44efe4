"""A page that AWS refuses is the end of the pages, as if there were no more."""


def _pages(client, secret_names):
    for start in range(0, len(secret_names), MAX_BATCH):
        names = list(secret_names[start : start + MAX_BATCH])
        page = client.batch_get_secret_value(SecretIdList=names)
        yield page
        while token := page.get("NextToken"):
            try:
                page = client.batch_get_secret_value(SecretIdList=names, NextToken=token)
            except ClientError:
                break
            yield page
