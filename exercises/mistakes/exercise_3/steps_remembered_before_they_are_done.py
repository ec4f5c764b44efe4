"""The Lambda function notes each step before it carries it out, and skips it the next time."""

BEGUN = set()


def handler(event, context, right=handler):
    token, step = event["ClientRequestToken"], event["Step"]
    if (token, step) not in BEGUN:
        current_version(get_secrets_client(), event["SecretId"], token)
        BEGUN.add((token, step))
        right(event, context)
