"""The step is compared without regard to upper and lower case."""


def handler(event, context):
    steps = {
        "createsecret": create_secret,
        "setsecret": set_secret,
        "testsecret": test_secret,
        "finishsecret": finish_secret,
    }
    step = steps.get(event["Step"].lower())
    if step is None:
        message = f"a rotation has no step {event['Step']!r}"
        raise RotationError(message)
    client, arn, token = get_secrets_client(), event["SecretId"], event["ClientRequestToken"]
    if current_version(client, arn, token) != token:
        step(client, arn, token)
