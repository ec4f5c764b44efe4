"""The step's name is turned into a function's name, and a function's name is one already."""

import re


def handler(event, context):
    name = re.sub("(?=[A-Z])", "_", event["Step"]).lower()
    if name not in ("create_secret", "set_secret", "test_secret", "finish_secret"):
        message = f"a rotation has no step {event['Step']!r}"
        raise RotationError(message)
    client, arn, token = get_secrets_client(), event["SecretId"], event["ClientRequestToken"]
    if current_version(client, arn, token) != token:
        globals()[name](client, arn, token)
