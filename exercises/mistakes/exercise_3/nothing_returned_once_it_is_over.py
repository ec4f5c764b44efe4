"""current_version returns None for a rotation that is over, and the handler goes by that."""


def handler(event, context):
    steps = {
        "createSecret": create_secret,
        "setSecret": set_secret,
        "testSecret": test_secret,
        "finishSecret": finish_secret,
    }
    step = steps.get(event["Step"])
    if step is None:
        message = f"a rotation has no step {event['Step']!r}"
        raise RotationError(message)
    client, arn, token = get_secrets_client(), event["SecretId"], event["ClientRequestToken"]
    if current_version(client, arn, token) is not None:
        step(client, arn, token)


def current_version(client, arn, token, right=current_version):
    current = right(client, arn, token)
    return None if current == token else current
