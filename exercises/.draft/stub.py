"""Exercise $number: $title.

To write: the story, in which something goes wrong that this exercise prevents.

$number.1  value_of: To write: what this task is about, in half a line

    make test-$number    judges it
    make hint-$number    helps with the first task that is not done
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError  # noqa: F401 - For your use.

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient


def value_of(client: SecretsManagerClient, secret_name: str) -> str | None:
    """Return the secret string of the current version, None if there is no such secret.

    To write: the contract, which says everything that a check may ask for.

    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html

    Raises:
        ClientError: AWS refused for any reason but a missing secret.
    """
    raise NotImplementedError
