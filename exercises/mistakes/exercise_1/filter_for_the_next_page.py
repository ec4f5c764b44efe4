"""The first page is asked for by names, and the next one by a filter on these names."""


def _pages(client, secret_names):
    for start in range(0, len(secret_names), MAX_BATCH):
        names = list(secret_names[start : start + MAX_BATCH])
        page = client.batch_get_secret_value(SecretIdList=names)
        yield page
        while token := page.get("NextToken"):
            wanted = [{"Key": "name", "Values": names[:10]}]
            page = client.batch_get_secret_value(Filters=wanted, NextToken=token)
            yield page
