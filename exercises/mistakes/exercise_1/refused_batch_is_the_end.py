"""Where a later batch is refused, what was loaded before is returned as if it were all."""


def _pages(client, secret_names):
    for start in range(0, len(secret_names), MAX_BATCH):
        names = list(secret_names[start : start + MAX_BATCH])
        try:
            page = client.batch_get_secret_value(SecretIdList=names)
        except ClientError:
            if start:
                return
            raise
        yield page
        while token := page.get("NextToken"):
            page = client.batch_get_secret_value(SecretIdList=names, NextToken=token)
            yield page
