"""testSecret does nothing, because setSecret would have failed already."""


def handler(event, context):
    steps = {
        "createSecret": create_secret,
        "setSecret": set_secret,
        "testSecret": lambda client, arn, token: None,
        "finishSecret": finish_secret,
    }
    if event["Step"] not in steps:
        message = f"a rotation has no step {event['Step']!r}"
        raise RotationError(message)
    client, arn, token = get_secrets_client(), event["SecretId"], event["ClientRequestToken"]
    if current_version(client, arn, token) != token:
        steps[event["Step"]](client, arn, token)
