"""Where the rotation is over, the handler tidies AWSPENDING up."""


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
    if current_version(client, arn, token) != token:
        step(client, arn, token)
        return
    with suppress(ClientError):
        client.update_secret_version_stage(
            SecretId=arn, VersionStage=AWSPENDING, RemoveFromVersionId=token
        )
