"""The client is made here, with a Region in the code, in place of the course's own way to one."""

import boto3


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
    client = boto3.client("secretsmanager", region_name="us-east-1")
    arn, token = event["SecretId"], event["ClientRequestToken"]
    if current_version(client, arn, token) != token:
        step(client, arn, token)
