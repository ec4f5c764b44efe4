"""Exercise $number: $title.

To write: the stub's story.

    make test-$number    judges it
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient


def value_of(client: SecretsManagerClient, secret_name: str) -> str | None:
    """Return the secret string of the current version, None if there is no such secret.

    To write: the contract, which says everything that a check may ask for.

    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html

    Raises:
        ClientError: AWS refused for any reason but a missing secret.
    """
    try:
        answer = client.get_secret_value(SecretId=secret_name, VersionStage="AWSCURRENT")
    except ClientError as error:
        if error.response["Error"]["Code"] == "ResourceNotFoundException":
            return None
        raise
    return answer.get("SecretString")
