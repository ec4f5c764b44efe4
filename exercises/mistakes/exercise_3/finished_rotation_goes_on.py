"""The handler asks whether the rotation may go on, and not whether it is over."""


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
    current_version(client, arn, token)
    step(client, arn, token)
