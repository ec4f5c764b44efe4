"""All names go into one call, and AWS takes 20."""


def _pages(client, secret_names):
    names = list(secret_names)
    page = client.batch_get_secret_value(SecretIdList=names) if names else {}
    yield page
    while token := page.get("NextToken"):
        page = client.batch_get_secret_value(SecretIdList=names, NextToken=token)
        yield page
