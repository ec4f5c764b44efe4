"""Basic storage and retrieval: the life of two secrets, from creation to deletion.

You will see each call to Secrets Manager with its parameters and its answer, values hidden:
a password that AWS generates, a secret read back, one that is missing, one that is binary,
an update, a list by pages, and a deletion that is taken back.

    make example-1
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from secrets_manager import SecretFormatError, get_secret
from secrets_manager.lab.backends import unique_prefix
from secrets_manager.lab.lesson import run
from secrets_manager.lab.transcript import step

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

# Characters that end a string, a URL or a shell word too early in many programs.
AWKWARD_CHARACTERS = "/@\"'\\:` "


def main(client: SecretsManagerClient) -> None:
    """Walk two secrets from their creation to their deletion, and clean up whatever happens."""
    prefix = unique_prefix()
    database, keystore = f"{prefix}database", f"{prefix}keystore"
    try:
        create(client, database)
        read(client, database)
        read_what_is_not_json(client, keystore)
        update(client, database)
        find(client, prefix)
        delete_and_restore(client, database)
    finally:
        step("11. Clean up: deleted at once, as nobody will want these back")
        for name in (database, keystore):
            client.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)


def create(client: SecretsManagerClient, name: str) -> None:
    """Store a password that no person has seen or typed."""
    step("1. Let AWS generate a password: no person chooses it, no shell history keeps it")
    generated = client.get_random_password(
        PasswordLength=32, ExcludeCharacters=AWKWARD_CHARACTERS, RequireEachIncludedType=True
    )
    value = {"username": "app", "password": generated["RandomPassword"]}

    step("2. Create a secret; description and tags are not encrypted, so nothing secret in them")
    client.create_secret(
        Name=name,
        Description="Login of the web shop's application",
        SecretString=json.dumps(value),
        Tags=[{"Key": "team", "Value": "shop"}],
    )


def read(client: SecretsManagerClient, name: str) -> None:
    """Read one secret that exists, and one that does not."""
    step("3. Read it: a dict that shows its keys and keeps its values to itself")
    print(f"   {get_secret(client, name)}")

    step("4. Read a secret that does not exist: None, and only for that reason")
    print(f"   {get_secret(client, f'{name}-of-another-shop')}")


def read_what_is_not_json(client: SecretsManagerClient, name: str) -> None:
    """Store bytes, and read them by the call that hands out bytes."""
    step("5. Create a binary secret, as for a keystore or a private key in DER form")
    client.create_secret(Name=name, SecretBinary=bytes(range(256)))

    step("6. Read it as JSON: refused by an error that names the secret and quotes nothing")
    try:
        get_secret(client, name)
    except SecretFormatError as error:
        print(f"   {type(error).__name__}: {error}")
    content = client.get_secret_value(SecretId=name)["SecretBinary"]
    print(f"   boto3 has decoded it already: {type(content).__name__}, {len(content)} long")


def update(client: SecretsManagerClient, name: str) -> None:
    """Change a value, and see that there is a new version now."""
    step("7. Update the value: a new version, and the one before it stays as AWSPREVIOUS")
    new = client.get_random_password(ExcludeCharacters=AWKWARD_CHARACTERS)["RandomPassword"]
    value = {**(get_secret(client, name) or {}), "password": new}
    client.update_secret(SecretId=name, SecretString=json.dumps(value))

    step("8. Describe the secret: everything about it but the value")
    client.describe_secret(SecretId=name)


def find(client: SecretsManagerClient, prefix: str) -> None:
    """List secrets page by page: one page is never the whole list."""
    step("9. List by the beginning of the name, a page at a time (AWS may lag by minutes)")
    pages = client.get_paginator("list_secrets").paginate(
        Filters=[{"Key": "name", "Values": [prefix]}], PaginationConfig={"PageSize": 1}
    )
    for number, page in enumerate(pages, start=1):
        print(f"   page {number}: {[secret['Name'] for secret in page['SecretList']]}")


def delete_and_restore(client: SecretsManagerClient, name: str) -> None:
    """Delete with a recovery window, and change one's mind within it."""
    step("10. Delete, with seven days to change one's mind: reads are refused at once")
    client.delete_secret(SecretId=name, RecoveryWindowInDays=7)
    try:
        get_secret(client, name)
    except ClientError as error:
        if error.response["Error"]["Code"] != "InvalidRequestException":
            raise
        print("   not None, but InvalidRequestException: it still exists")
    client.restore_secret(SecretId=name)
    print(f"   restored: {get_secret(client, name)}")


if __name__ == "__main__":
    run(main)
