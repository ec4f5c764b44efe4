"""JSON secrets, versions and staging labels: what a name points at, and how that changes.

You will see a value stored twice and counted once, three versions and the labels that tell
them apart, a roll-back that moves a label instead of a value, a read of many secrets that
reports the one that is missing, and what a cache serves before and after its time.

    make example-2
"""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

from secrets_manager import AWSCURRENT, CachedSecretManager, get_secret
from secrets_manager.lab.backends import unique_prefix
from secrets_manager.lab.lesson import run
from secrets_manager.lab.transcript import step

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient


def main(client: SecretsManagerClient) -> None:
    """Walk one secret through three versions."""
    prefix = unique_prefix()
    name = f"{prefix}payments"
    try:
        store_once(client, name)
        label(client, name)
        roll_back(client, name)
        read_many(client, prefix)
        read_from_a_cache(client, name)
    finally:
        step("11. Clean up")
        client.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)


def store_once(client: SecretsManagerClient, name: str) -> None:
    """Store a value so that a repeated call stores nothing more."""
    step("1. Create a secret that holds a JSON object: its first version is AWSCURRENT")
    first = {"endpoint": "https://payments.example", "limits": {"daily": 500}, "key": "blue"}
    client.create_secret(Name=name, SecretString=json.dumps(first))

    step("2. Put a new value with a client request token of our own: the new version's id")
    token = str(uuid.uuid4())
    second = json.dumps({**first, "key": "green"})
    client.put_secret_value(SecretId=name, SecretString=second, ClientRequestToken=token)

    step("3. The answer was lost? Put again with the same token: no second version comes of it")
    client.put_secret_value(SecretId=name, SecretString=second, ClientRequestToken=token)
    show_labels(client, name)


def label(client: SecretsManagerClient, name: str) -> None:
    """Stage a version without making it current, and read versions by their labels."""
    step("4. Put a third value under a label of our own: AWSCURRENT stays where it is")
    canary = {**(get_secret(client, name) or {}), "key": "violet"}
    client.put_secret_value(
        SecretId=name, SecretString=json.dumps(canary), VersionStages=["CANARY"]
    )

    step("5. Read by label: the one before, the current one, the one on trial")
    for stage in ("AWSPREVIOUS", AWSCURRENT, "CANARY"):
        print(f"   {stage}: {get_secret(client, name, stage)}")


def roll_back(client: SecretsManagerClient, name: str) -> None:
    """Make the version before current again, by its label and not by its value."""
    step("6. Which version has which label?")
    holders = show_labels(client, name)

    step("7. Roll back: move AWSCURRENT, and say from where; AWSPREVIOUS follows by itself")
    client.update_secret_version_stage(
        SecretId=name,
        VersionStage=AWSCURRENT,
        MoveToVersionId=holders["AWSPREVIOUS"],
        RemoveFromVersionId=holders[AWSCURRENT],
    )

    step("8. List the versions: every label has moved, no value was written")
    client.list_secret_version_ids(SecretId=name)


def read_many(client: SecretsManagerClient, prefix: str) -> None:
    """Read several secrets in one call, and look at what could not be read."""
    step("9. Read two secrets in one call: the missing one is reported, the call succeeds")
    answer = client.batch_get_secret_value(SecretIdList=[f"{prefix}payments", f"{prefix}mail"])
    for error in answer.get("Errors", []):
        print(f"   {error['SecretId']}: {error['ErrorCode']}")


def read_from_a_cache(client: SecretsManagerClient, name: str) -> None:
    """Change a secret behind a cache's back, and see when the cache notices."""
    step("10. Read through a cache with a TTL of 300 seconds, on a clock that we move by hand")
    now = 0.0
    cache = CachedSecretManager(client, ttl_seconds=300, clock=lambda: now)
    stored: dict[str, Any] | None = cache.get_secret(name)

    def read(when: str) -> None:
        fresh = cache.get_secret(name) == stored
        print(f"   {when}: the {'new' if fresh else 'old'} value")

    stored = put_limit(client, name, 900)
    now = 299.0
    read("at 299 seconds, no call")
    now = 300.0
    read("at 300 seconds, one call")
    stored = put_limit(client, name, 1200)
    cache.invalidate(name)
    read("after invalidate, one call")


def put_limit(client: SecretsManagerClient, name: str, daily: int) -> dict[str, Any]:
    """Put the current value again with another daily limit, and return it."""
    value = {**(get_secret(client, name) or {}), "limits": {"daily": daily}}
    client.put_secret_value(SecretId=name, SecretString=json.dumps(value))
    return value


def show_labels(client: SecretsManagerClient, name: str) -> dict[str, str]:
    """Return the version id behind each staging label, and print both."""
    versions = client.describe_secret(SecretId=name)["VersionIdsToStages"]
    holders = {stage: version_id for version_id, stages in versions.items() for stage in stages}
    for stage, version_id in sorted(holders.items()):
        print(f"   {stage}: version {version_id[:8]}…")
    return holders


if __name__ == "__main__":
    run(main)
