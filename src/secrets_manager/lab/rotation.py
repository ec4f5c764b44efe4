"""Secrets Manager's side of a rotation: stage AWSPENDING, call the four steps, clean up.

No emulator runs a rotation function without Docker, and AWS cannot reach a database on this
machine. So the lab calls the handler itself, with the events that Lambda would get, and lets
it find the secret as AWS would have prepared it: rotation enabled, and a version without a
value that carries the label AWSPENDING.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html
"""

from __future__ import annotations

import time
import uuid
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from secrets_manager.lab.backends import default_session, is_moto

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mypy_boto3_secretsmanager import SecretsManagerClient

    Handler = Callable[[dict[str, str], object], object]

AWSPENDING = "AWSPENDING"
STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")


def rotate_secret(
    client: SecretsManagerClient,
    secret_id: str,
    handler: Handler,
    *,
    before_step: Callable[[str], None] = lambda step: None,
    after_step: Callable[[str], None] = lambda step: None,
) -> str:
    """Call the handler for each of the four steps, and return the new version's id.

    Where a step raises, AWSPENDING stays, and the next call takes up the same version again;
    after the last step it is dropped.
    """
    arn, token = _unfinished(client, secret_id)
    with _staged(client, arn, token):
        for step in STEPS:
            before_step(step)
            handler({"SecretId": arn, "ClientRequestToken": token, "Step": step}, None)
            after_step(step)
    if AWSPENDING in client.describe_secret(SecretId=arn)["VersionIdsToStages"].get(token, []):
        client.update_secret_version_stage(
            SecretId=arn, VersionStage=AWSPENDING, RemoveFromVersionId=token
        )
    return token


def _unfinished(client: SecretsManagerClient, secret_id: str) -> tuple[str, str]:
    """Return the secret's ARN, and the token of its unfinished rotation or a new one."""
    secret = client.describe_secret(SecretId=secret_id)
    for version_id, stages in secret.get("VersionIdsToStages", {}).items():
        if AWSPENDING in stages and "AWSCURRENT" not in stages:
            return secret["ARN"], version_id
    return secret["ARN"], str(uuid.uuid4())


@contextmanager
def _staged(client: SecretsManagerClient, arn: str, token: str) -> Iterator[None]:
    """Let every client find the secret with AWSPENDING on version *token*, rotation enabled."""
    if is_moto():
        _stage_in_moto(arn, token)
        yield
        return

    def stage_in_answer(parsed: dict[str, Any], **_: Any) -> None:
        if parsed.get("ARN") == arn:
            stages = parsed.setdefault("VersionIdsToStages", {})
            if not any(AWSPENDING in labels for labels in stages.values()):
                stages.setdefault(token, []).append(AWSPENDING)
            parsed["RotationEnabled"] = True

    events = default_session().events
    events.register("after-call.secretsmanager.DescribeSecret", stage_in_answer)
    try:
        yield
    finally:
        events.unregister("after-call.secretsmanager.DescribeSecret", stage_in_answer)


def _stage_in_moto(arn: str, token: str) -> None:
    """Prepare the secret inside moto as AWS does before it calls a rotation function."""
    from moto.secretsmanager.models import secretsmanager_backends

    _, _, _, region, account, *_ = arn.split(":")
    secret: Any = secretsmanager_backends[account][region].secrets[arn]
    secret.rotation_requested = secret.rotation_enabled = True
    secret.versions.setdefault(
        token,
        {"createdate": int(time.time()), "version_id": token, "version_stages": [AWSPENDING]},
    )
