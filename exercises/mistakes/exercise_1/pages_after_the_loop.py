"""NextToken is followed after the loop over the names, where only the last answer has one."""


def _pages(client, secret_names):
    page = {}
    for start in range(0, len(secret_names), MAX_BATCH):
        names = list(secret_names[start : start + MAX_BATCH])
        page = client.batch_get_secret_value(SecretIdList=names)
        yield page
    while token := page.get("NextToken"):
        page = client.batch_get_secret_value(SecretIdList=names, NextToken=token)
        yield page
