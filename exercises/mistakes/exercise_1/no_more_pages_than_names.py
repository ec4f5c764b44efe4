"""Each page is thought to hold a secret at least, so that there are no more pages than names."""


def _pages(client, secret_names):
    for start in range(0, len(secret_names), MAX_BATCH):
        names = list(secret_names[start : start + MAX_BATCH])
        more = {}
        for _ in names:
            page = client.batch_get_secret_value(SecretIdList=names, **more)
            yield page
            if "NextToken" not in page:
                break
            more = {"NextToken": page["NextToken"]}
