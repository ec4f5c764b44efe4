"""Open the Secrets Manager that a lesson talks to: an emulator (moto, LocalStack) or AWS.

`BACKEND` chooses. Under moto and LocalStack nothing of the user's AWS configuration is read;
AWS is used only when it is asked for by name. What a lesson creates is deleted when it ends.
"""

from __future__ import annotations

import functools
import json
import os
import secrets
import sys
import threading
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, cast
from unittest.mock import patch

import boto3
import botocore.session
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NoConnectionError
from botocore.hooks import EventAliaser, HierarchicalEmitter
from botocore.httpsession import create_urllib3_context
from botocore.loaders import Loader
from botocore.utils import EVENT_ALIASES

from secrets_manager.client import get_secrets_client, localstack_endpoint
from secrets_manager.lab.errors import LabError
from secrets_manager.lab.localstack import is_healthy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from contextlib import AbstractContextManager

    from botocore.hooks import BaseEventHooks
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

# What boto3 and moto read: moto's could lead to a server of its own, or refuse every call.
THEIRS = ("AWS_", "MOTO_", "TEST_SERVER_MODE", "TEST_PROXY_MODE", "INITIAL_NO_AUTH_ACTION_COUNT")

# moto's methods that look a version up by its label, or move one.
READ_OR_MOVE_LABELS = (
    *("get_secret_value", "batch_get_secret_value", "put_secret_value", "update_secret"),
    *("describe_secret", "list_secret_version_ids", "update_secret_version_stage"),
)


def backend_name() -> str:
    """Return the backend that `BACKEND` asks for, moto when it asks for none.

    Raises:
        LabError: There is no such backend.
    """
    return _known(os.environ.get("BACKEND", "").strip() or "moto")


def _known(name: str) -> str:
    if name not in _BACKENDS:
        message = (
            f"BACKEND={name} is unknown: choose {', '.join(_BACKENDS)}, "
            "as in: make example-1 BACKEND=moto"
        )
        raise LabError(message)
    return name


@contextmanager
def open_backend(
    name: str | None = None, *, account: str | None = None
) -> Iterator[SecretsManagerClient]:
    """Yield a client of the backend called *name*; in the end delete what it created.

    Inside the block, `get_secrets_client()` reaches the same backend from any thread. LocalStack
    has the *account* that is named, and else a new one, which costs it 0.1 s and 2 MB.

    Raises:
        LabError: The backend is unknown, is not running, or was not agreed to.
    """
    backend = backend_name() if name is None else _known(name)
    opened = _localstack(account) if backend == "localstack" else _BACKENDS[backend]()
    with opened as client, _deleted_in_the_end(client, backend):
        yield client


def unique_prefix() -> str:
    """Return how the names of one run begin, so that runs do not meet on a shared backend."""
    return f"secrets-course-{secrets.token_hex(4)}/"


@contextmanager
def _moto() -> Iterator[SecretsManagerClient]:
    with environment(TEST_ENVIRONMENT):
        from moto import mock_aws  # Takes 0.3 seconds, which other backends need not wait for.

        with _quick_moto(), mock_aws(), _mended_moto(), _default_session(moto_session()):
            yield get_secrets_client()


def is_moto() -> bool:
    """Return whether boto3's calls end in moto at this moment."""
    moto = sys.modules.get("moto.core.models")  # Not imported for the question alone.
    return moto is not None and bool(moto.botocore_stubber.enabled)


def default_session() -> boto3.Session:
    """Return the session behind `boto3.client`: its events reach every client made from now on."""
    if boto3.DEFAULT_SESSION is None:
        boto3.setup_default_session()
    return cast("boto3.Session", boto3.DEFAULT_SESSION)


@functools.cache
def moto_session() -> boto3.Session:
    """Return one session for all uses of moto, which would else parse botocore's JSON each time.

    Nothing is sent, so that its clients do not sign, have a fixed user agent and look for no
    proxies: all that takes longer than moto's answer. And they know the old event name of Secrets
    Manager alone, as a client compares each event that it emits first with every old name.
    """
    import moto  # noqa: F401 - It hooks into the sessions that are made after it, and no others.

    hooks = HierarchicalEmitter()
    own = botocore.session.Session(event_hooks=hooks)
    old_names = {old: new for old, new in EVENT_ALIASES.items() if new == "secrets-manager"}
    own.register_component("event_emitter", EventAliaser(hooks, old_names))
    config = Config(signature_version=UNSIGNED, user_agent="secrets-course", proxies={})
    own.set_default_client_config(config)
    return boto3.Session(botocore_session=own)


def localstack_session(account: str | None = None) -> boto3.Session:
    """Return a session with an account of its own, so that programs side by side do not meet.

    LocalStack takes an access key id of twelve digits for the number of an account.
    """
    own = botocore.session.Session()
    own.register_component("data_loader", _loader())
    return boto3.Session(
        aws_access_key_id=account or new_account(),
        aws_secret_access_key="test",  # noqa: S106 - LocalStack takes any.
        botocore_session=own,
    )


def new_account() -> str:
    """Return the number of an account of LocalStack that nobody else uses."""
    return f"{secrets.randbelow(10**12):012}"


def empty_localstack(account: str) -> None:
    """Delete every secret of an account, whose owner was ended before it could.

    Raises:
        LabError: LocalStack does not answer, or does not delete them.
    """
    with _localstack(account) as client:
        pages = client.get_paginator("list_secrets").paginate(IncludePlannedDeletion=True)
        _delete(
            client, {each["Name"] for page in pages for each in page["SecretList"]}, "localstack"
        )


@functools.cache
def _loader() -> Loader:
    """Return one reader of botocore's JSON, which remembers what it has parsed."""
    return Loader()


@contextmanager
def _quick_moto() -> Iterator[None]:
    """Spare moto, and botocore before it, work that nobody here has a use for."""
    with ExitStack() as stack:
        for name, value in _quicker().items():
            stack.enter_context(patch(name, value))
        yield


@functools.cache
def _quicker() -> dict[str, Any]:
    """Return what is to stand in the place of what, by its name."""
    from moto.backend_index import backend_url_patterns
    from moto.core.utils import method_names_from_class

    ours_first = sorted(backend_url_patterns, key=lambda each: each[0] != "secretsmanager")
    return {
        # moto readies a thousand patterns for `requests`, by which boto3 sends nothing.
        "moto.core.models.RESPONSES_METHODS": [],
        # moto compares the address of a call with those of all services, one after the other.
        "moto.backend_index.backend_url_patterns": ours_first,
        # moto looks through a class for its methods, each time.
        "moto.core.responses.method_names_from_class": functools.cache(method_names_from_class),
        # botocore readies TLS for each client, by which nothing is sent.
        "botocore.httpsession.create_urllib3_context": functools.cache(create_urllib3_context),
    }


@contextmanager
def _mended_moto() -> Iterator[None]:
    """Let moto answer as AWS does in what lessons and checks rely on.

    moto keeps the version for reads without a label in a field of its own, and forgets to
    bring that along when AWSCURRENT is moved: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html
    And it moves a label in several steps, between which another thread would find it nowhere.
    Of a secret that is not there it lists the versions with a KeyError, and of one that is with a
    NextToken that leads nowhere.
    """
    from moto.secretsmanager.exceptions import SecretNotFoundException
    from moto.secretsmanager.models import SecretsManagerBackend

    move = SecretsManagerBackend.update_secret_version_stage
    versions = SecretsManagerBackend.list_secret_version_ids

    def move_and_follow(self: Any, secret_id: str, *args: Any, **kwargs: Any) -> tuple[str, str]:
        answer: tuple[str, str] = move(self, secret_id, *args, **kwargs)
        secret = self.secrets[secret_id]
        for version_id, version in secret.versions.items():
            if "AWSCURRENT" in version["version_stages"]:
                secret.default_version_id = version_id
        return answer

    def versions_of_what_is_there(self: Any, secret_id: str) -> str:
        if secret_id not in self.secrets:
            raise SecretNotFoundException
        answer = json.loads(versions(self, secret_id))
        return json.dumps({field: item for field, item in answer.items() if item != ""})

    mended = {name: getattr(SecretsManagerBackend, name) for name in READ_OR_MOVE_LABELS}
    mended["update_secret_version_stage"] = move_and_follow
    mended["list_secret_version_ids"] = versions_of_what_is_there
    lock = threading.RLock()
    one_by_one: dict[str, Any] = {name: _locked(method, lock) for name, method in mended.items()}
    with patch.multiple(SecretsManagerBackend, **one_by_one):
        yield


def _locked(method: Callable[..., Any], lock: AbstractContextManager[Any]) -> Callable[..., Any]:
    @functools.wraps(method)
    def locked(*args: Any, **kwargs: Any) -> Any:
        with lock:
            return method(*args, **kwargs)

    return locked


@contextmanager
def _localstack(account: str | None = None) -> Iterator[SecretsManagerClient]:
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
    # It is next door: never by way of the user's proxy.
    local = {**TEST_ENVIRONMENT, "AWS_ENDPOINT_URL_SECRETS_MANAGER": endpoint, "no_proxy": "*"}
    with environment(local), _default_session(localstack_session(account)):
        client = get_secrets_client()
        with _failing_fast(client):
            yield client


@contextmanager
def _failing_fast(client: SecretsManagerClient) -> Iterator[None]:
    """Once LocalStack has left a call without an answer, let every other fail at once.

    Else each call of a clean-up would wait as long as the first.
    """
    gone: list[Exception] = []

    def failed(exception: Exception, **_: Any) -> None:
        if isinstance(exception, (HTTPClientError, NoConnectionError)):
            gone.append(exception)

    def calling(**_: Any) -> None:
        if gone:
            raise gone[0].with_traceback(None)

    handlers: dict[str, Callable[..., None]] = {
        "after-call-error.secretsmanager": failed,
        "before-call.secretsmanager": calling,
    }
    with listening(handlers, client.meta.events, default_session().events):
        yield


@contextmanager
def _aws() -> Iterator[SecretsManagerClient]:
    agreed = os.environ.get("YES") == "1"
    if not (agreed or (sys.stdin and sys.stdin.isatty())):
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
        # botocore's own patience is five minutes.
        patience = Config(connect_timeout=5, read_timeout=5, retries={"total_max_attempts": 2})
        sts = boto3.client("sts", config=patience)
        return sts.get_caller_identity()["Account"], sts.meta.region_name
    except (BotoCoreError, ClientError) as error:
        message = (
            "BACKEND=aws needs a Region and credentials that AWS accepts "
            f"({type(error).__name__}). Set them up: aws configure; or stay local: make example-1"
        )
        raise LabError(message) from error


@contextmanager
def environment(wanted: Mapping[str, str]) -> Iterator[None]:
    """Replace every variable of AWS and moto by *wanted*, and bring them back afterwards."""

    def replace(others: Mapping[str, str]) -> dict[str, str]:
        affected = [name for name in os.environ if name.startswith(THEIRS) or name in wanted]
        before = {name: os.environ.pop(name) for name in affected}
        os.environ.update(others)
        return before

    before = replace(wanted)
    try:
        yield
    finally:
        replace(before)


@contextmanager
def _default_session(session: boto3.Session) -> Iterator[None]:
    """Let `boto3.client` use *session*."""
    before, boto3.DEFAULT_SESSION = boto3.DEFAULT_SESSION, session
    try:
        yield
    finally:
        boto3.DEFAULT_SESSION = before


@contextmanager
def _deleted_in_the_end(client: SecretsManagerClient, backend: str) -> Iterator[None]:
    """Delete what this client, and those made in the block, created, also where no answer came.

    A name whose creation was refused is another's secret, and stays.

    Raises:
        LabError: The backend does not delete them; the message names what may be left.
    """
    left: set[str] = set()

    def creating(params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
        name = json.loads(params["body"])["Name"]
        if name not in left:
            context["new"] = name
            left.add(name)

    def created(parsed: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
        if "Error" in parsed and parsed["ResponseMetadata"]["HTTPStatusCode"] < 500:
            left.discard(context.get("new", ""))

    def deleting(params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
        asked = json.loads(params["body"])
        if asked.get("ForceDeleteWithoutRecovery"):
            context["gone"] = asked["SecretId"]

    def deleted(parsed: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
        if "Error" not in parsed:
            left.discard(context.get("gone", ""))

    handlers: dict[str, Callable[..., None]] = {
        "before-call.secretsmanager.CreateSecret": creating,
        "after-call.secretsmanager.CreateSecret": created,
        "before-call.secretsmanager.DeleteSecret": deleting,
        "after-call.secretsmanager.DeleteSecret": deleted,
    }
    try:
        with listening(handlers, client.meta.events, default_session().events):
            yield
    finally:
        _delete(client, left, backend)


@contextmanager
def listening(
    handlers: Mapping[str, Callable[..., None]], *emitters: BaseEventHooks
) -> Iterator[None]:
    """Let the handlers hear these clients; or, by a session's events, clients made inside."""
    for emitter in emitters:
        for event, handler in handlers.items():
            emitter.register(event, handler)
    try:
        yield
    finally:
        for emitter in emitters:
            for event, handler in handlers.items():
                emitter.unregister(event, handler)


def _delete(client: SecretsManagerClient, names: set[str], backend: str) -> None:
    left: dict[str, str] = {}
    for name in sorted(names):
        try:
            client.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code != "ResourceNotFoundException":
                left[name] = code
        except BotoCoreError as error:
            left[name] = type(error).__name__
    if left:
        why, which = ", ".join(sorted({*left.values()})), ", ".join(left)
        message = (
            f"LocalStack stopped answering ({why}) before these were deleted: {which}. "
            "It keeps nothing when it ends. Start it again: make localstack-up"
            if backend == "localstack"
            else f"These secrets could not be deleted ({why}): {which}. For each of them: "
            "aws secretsmanager delete-secret --force-delete-without-recovery --secret-id NAME"
        )
        raise LabError(message)


_BACKENDS: dict[str, Callable[[], AbstractContextManager[SecretsManagerClient]]] = {
    "moto": _moto,
    "localstack": _localstack,
    "aws": _aws,
}
