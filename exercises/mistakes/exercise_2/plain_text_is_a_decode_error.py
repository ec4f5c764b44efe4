"""A value that is no JSON raises JSONDecodeError, whose `doc` is the secret.

Seen in Prefect (#5451).
"""


def get_secret(client, secret_name, version_stage=AWSCURRENT):
    value = _response_text(client, secret_name, version_stage)
    return None if value is None else SecretDict(json.loads(value))


def _response_text(client, secret_name, version_stage):
    try:
        response = client.get_secret_value(SecretId=secret_name, VersionStage=version_stage)
    except ClientError as error:
        if error.response["Error"]["Code"] == "ResourceNotFoundException":
            return None
        raise
    return response["SecretString"]
