"""A course on AWS Secrets Manager with Python and boto3; `client` is what it teaches."""

from secrets_manager.client import (
    AWSCURRENT,
    CachedSecretManager,
    SecretError,
    SecretFormatError,
    get_secret,
    get_secrets_client,
    localstack_endpoint,
)
from secrets_manager.values import SecretDict, SecretList

__all__ = [
    "AWSCURRENT",
    "CachedSecretManager",
    "SecretDict",
    "SecretError",
    "SecretFormatError",
    "SecretList",
    "get_secret",
    "get_secrets_client",
    "localstack_endpoint",
]
