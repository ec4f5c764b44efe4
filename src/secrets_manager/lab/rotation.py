"""Play Secrets Manager in a rotation: prepare the secret, then call the handler step by step.

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

from secrets_manager.lab.backends import default_session, is_moto, listening

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_secretsmanager.type_defs import DescribeSecretResponseTypeDef

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
    after the last step it is dropped from the version that is AWSCURRENT now.
    """
    arn, token = _unfinished(client, secret_id)
    with staged(client, arn, token):
        for step in STEPS:
            before_step(step)
            handler({"SecretId": arn, "ClientRequestToken": token, "Step": step}, None)
            after_step(step)
    _drop_finished(client, client.describe_secret(SecretId=arn))
    return token


def _unfinished(client: SecretsManagerClient, secret_id: str) -> tuple[str, str]:
    """Return the secret's ARN, and the token of its unfinished rotation or a new one."""
    secret = client.describe_secret(SecretId=secret_id)
    _drop_finished(client, secret)
    for version_id, stages in secret.get("VersionIdsToStages", {}).items():
        if AWSPENDING in stages and "AWSCURRENT" not in stages:
            return secret["ARN"], version_id
    return secret["ARN"], _begun.get(secret["ARN"]) or str(uuid.uuid4())


def _drop_finished(client: SecretsManagerClient, secret: DescribeSecretResponseTypeDef) -> None:
    """Take AWSPENDING from the version that is AWSCURRENT: its rotation is over."""
    for version_id, stages in secret.get("VersionIdsToStages", {}).items():
        if {AWSPENDING, "AWSCURRENT"} <= {*stages}:
            client.update_secret_version_stage(
                SecretId=secret["ARN"], VersionStage=AWSPENDING, RemoveFromVersionId=version_id
            )


@contextmanager
def staged(client: SecretsManagerClient, arn: str, token: str) -> Iterator[None]:
    """Let every client find the secret with AWSPENDING on version *token*, rotation enabled."""
    if is_moto():
        _stage_in_moto(arn, token)
        yield
        return

    _begun[arn] = token
    with listening(_STAGING, client.meta.events, default_session().events):
        yield
    _begun.pop(arn, None)  # Where blocks of one secret overlap, the first to end drops it.


# By ARN, the token of a rotation that has no value yet; once it has one, its label is real.
_begun: dict[str, str] = {}


def _show_begun(parsed: dict[str, Any], **_: Any) -> None:
    arn = parsed.get("ARN", "")
    if arn in _begun:
        parsed["RotationEnabled"] = True
        if token := _begun[arn]:
            parsed.setdefault("VersionIdsToStages", {}).setdefault(token, [AWSPENDING])


def _note_value(parsed: dict[str, Any], **_: Any) -> None:
    arn = parsed.get("ARN", "")
    if parsed.get("VersionId") == _begun.get(arn, ""):
        _begun[arn] = ""


# Clients made in one rotation keep these for the next, so they know of no single rotation.
_STAGING: dict[str, Callable[..., None]] = {
    "after-call.secretsmanager.DescribeSecret": _show_begun,
    "after-call.secretsmanager.PutSecretValue": _note_value,
}


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
