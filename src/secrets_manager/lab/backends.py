"""Secrets Manager for a lesson: moto in this process, LocalStack, or AWS, each as one client.

`BACKEND` chooses. Under moto and LocalStack nothing of the user's AWS configuration is read;
AWS is used only when it is asked for by name. What a lesson creates is deleted when it ends.
"""

from __future__ import annotations

import functools
import os
import secrets
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast
from unittest.mock import patch

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from secrets_manager.client import get_secrets_client, localstack_endpoint
from secrets_manager.lab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from contextlib import AbstractContextManager

    from mypy_boto3_secretsmanager import SecretsManagerClient

REGION = "us-east-1"

# botocore's own rules find these and nothing else: no profile, no file, no instance metadata.
TEST_ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_DEFAULT_REGION": REGION,
}


def backend_name() -> str:
    """Return the backend that `BACKEND` asks for, moto when it asks for none.

    Raises:
        LabError: There is no such backend.
    """
    name = os.environ.get("BACKEND", "").strip() or "moto"
    if name not in _BACKENDS:
        message = (
            f"BACKEND={name} is unknown: choose {', '.join(_BACKENDS)}, "
            "as in: make example-1 BACKEND=moto"
        )
        raise LabError(message)
    return name


@contextmanager
def open_backend(name: str | None = None) -> Iterator[SecretsManagerClient]:
    """Yield a client of the backend called *name*; in the end delete what it created.

    Inside the block, `get_secrets_client()` reaches the same backend from any thread.

    Raises:
        LabError: The backend is unknown, is not running, or was not agreed to.
    """
    with _BACKENDS[name or backend_name()]() as client, _deleted_in_the_end(client):
        yield client


def unique_prefix() -> str:
    """Return how the names of one run begin, so that runs do not meet on a shared backend."""
    return f"secrets-course-{secrets.token_hex(4)}/"


@contextmanager
def _moto() -> Iterator[SecretsManagerClient]:
    from moto import mock_aws  # Takes 0.3 seconds, which other backends need not wait for.

    with (
        environment(TEST_ENVIRONMENT),
        mock_aws(),
        _mended_moto(),
        _default_session(moto_session()),
    ):
        yield get_secrets_client()


def is_moto() -> bool:
    """Return whether boto3's calls end in moto at this moment."""
    from moto.core.models import botocore_stubber

    return bool(botocore_stubber.enabled)


def default_session() -> boto3.Session:
    """Return the session behind `boto3.client`: its events reach every client made from now on."""
    if boto3.DEFAULT_SESSION is None:
        boto3.setup_default_session()
    return cast("boto3.Session", boto3.DEFAULT_SESSION)


@functools.cache
def moto_session() -> boto3.Session:
    """Return one session for all uses of moto, which would else parse botocore's JSON each time."""
    return boto3.Session()


@contextmanager
def _mended_moto() -> Iterator[None]:
    """Let moto's plain reads follow AWSCURRENT when that label is moved, as AWS's do.

    moto keeps the version for reads without a label in a field of its own and forgets to
    bring that along: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html
    """
    from moto.secretsmanager.models import SecretsManagerBackend

    move = SecretsManagerBackend.update_secret_version_stage

    def move_and_follow(self: Any, secret_id: str, *args: Any, **kwargs: Any) -> tuple[str, str]:
        answer: tuple[str, str] = move(self, secret_id, *args, **kwargs)
        secret = self.secrets[secret_id]
        for version_id, version in secret.versions.items():
            if "AWSCURRENT" in version["version_stages"]:
                secret.default_version_id = version_id
        return answer

    with patch.object(SecretsManagerBackend, move.__name__, move_and_follow):
        yield


@contextmanager
def _localstack() -> Iterator[SecretsManagerClient]:
    from secrets_manager.lab.localstack import is_healthy

    try:
        endpoint = localstack_endpoint()
    except ValueError as error:
        message = (
            f"{error}. Unset it, or name your LocalStack, as in: LOCALSTACK_HOST=localhost:4566"
        )
        raise LabError(message) from None
    if not is_healthy(endpoint):
        message = f"LocalStack does not answer at {endpoint}. Start it: make localstack-up"
        raise LabError(message)
    local = {**TEST_ENVIRONMENT, "AWS_ENDPOINT_URL_SECRETS_MANAGER": endpoint}
    with environment(local), _default_session(boto3.Session()):
        yield get_secrets_client(use_localstack=True)


@contextmanager
def _aws() -> Iterator[SecretsManagerClient]:
    agreed = os.environ.get("YES") == "1"
    if not (agreed or sys.stdin.isatty()):
        message = (
            "BACKEND=aws creates secrets in your AWS account, and there is no terminal to ask you. "
            "Agree beforehand: YES=1 BACKEND=aws make example-1"
        )
        raise LabError(message)
    account, region = _whose_aws()
    print(
        f"AWS account {account}, Region {region}: this lesson creates a few secrets there, "
        "named secrets-course-…, and deletes them in the end.\n"
        "The price is $0.40 a month for each secret while it is there, and $0.05 for 10,000 calls."
    )
    if not (agreed or _says_yes()):
        message = "Nothing was created. Without an AWS account: make example-1"
        raise LabError(message)
    yield get_secrets_client()


def _says_yes() -> bool:
    try:
        return input("Go on? [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:
        return False


def _whose_aws() -> tuple[str, str]:
    """Return the account and the Region that botocore's rules lead to.

    Raises:
        LabError: There is no Region or no valid credential.
    """
    try:
        sts = boto3.client("sts")
        return sts.get_caller_identity()["Account"], sts.meta.region_name
    except (BotoCoreError, ClientError) as error:
        message = (
            "BACKEND=aws needs a Region and credentials that AWS accepts "
            f"({type(error).__name__}). Set them up: aws configure; or stay local: make example-1"
        )
        raise LabError(message) from error


@contextmanager
def environment(wanted: Mapping[str, str]) -> Iterator[None]:
    """Replace every AWS_ variable of this process by *wanted*, and bring them back afterwards."""
    ours = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
    for name in ours:
        del os.environ[name]
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name in wanted:
            os.environ.pop(name, None)
        os.environ.update(ours)


@contextmanager
def _default_session(session: boto3.Session) -> Iterator[None]:
    """Let `boto3.client` use *session*."""
    before, boto3.DEFAULT_SESSION = boto3.DEFAULT_SESSION, session
    try:
        yield
    finally:
        boto3.DEFAULT_SESSION = before


@contextmanager
def _deleted_in_the_end(client: SecretsManagerClient) -> Iterator[None]:
    """Delete every secret that *client* was asked to create, also one whose answer was lost.

    Raises:
        LabError: The backend no longer answers; the message names what may be left.
    """
    left: set[str] = set()

    def creating(params: dict[str, Any], **_: Any) -> None:
        left.add(params["Name"])

    def deleting(params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
        if params.get("ForceDeleteWithoutRecovery"):
            context["gone"] = params["SecretId"]

    def deleted(parsed: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
        if "Error" not in parsed:
            left.discard(context.get("gone", ""))

    events = client.meta.events
    events.register("provide-client-params.secretsmanager.CreateSecret", creating)
    events.register("provide-client-params.secretsmanager.DeleteSecret", deleting)
    events.register("after-call.secretsmanager.DeleteSecret", deleted)
    try:
        yield
    finally:
        _delete(client, left)


def _delete(client: SecretsManagerClient, names: set[str]) -> None:
    try:
        for name in sorted(names):
            client.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)
    except (BotoCoreError, ClientError) as error:
        message = (
            f"The backend stopped answering ({type(error).__name__}) before these secrets were "
            f"deleted: {', '.join(sorted(names))}. When it answers again, for each of them: "
            "aws secretsmanager delete-secret --force-delete-without-recovery --secret-id NAME"
        )
        raise LabError(message) from error


_BACKENDS: dict[str, Callable[[], AbstractContextManager[SecretsManagerClient]]] = {
    "moto": _moto,
    "localstack": _localstack,
    "aws": _aws,
}
