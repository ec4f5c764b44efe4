"""A filter on names is taken for exact: it matches prefixes. Seen in Kamal (#1292)."""


def _pages(client, secret_names):
    for start in range(0, len(secret_names), MAX_BATCH):
        names = list(secret_names[start : start + MAX_BATCH])
        wanted = [{"Key": "name", "Values": names}]
        page = client.batch_get_secret_value(Filters=wanted)
        yield page
        while token := page.get("NextToken"):
            page = client.batch_get_secret_value(Filters=wanted, NextToken=token)
            yield page
