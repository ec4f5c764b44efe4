"""The password is drawn once and remembered, and a Lambda function lives on between rotations."""

import secrets
from functools import cache


@cache
def _drawn():
    return secrets.token_hex(16)


def create_secret(client, arn, token):
    with suppress(NoValueError):
        read(client, arn, AWSPENDING, token)
        return
    current = read(client, arn)
    drawn = {"RandomPassword": _drawn()}
    value = json.dumps(_other_login(current, drawn["RandomPassword"]))
    try:
        client.put_secret_value(
            SecretId=arn,
            ClientRequestToken=token,
            SecretString=value,
            VersionStages=[AWSPENDING],
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceExistsException":
            raise
