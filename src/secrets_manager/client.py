"""Read AWS Secrets Manager safely: a client, one read, and a cache that threads can share.

    SecretError            what is wrong with a secret, by its name
    └── SecretFormatError  its value is not a JSON object

Every other error is botocore's own and passes through untouched.
No error and no `repr` of this module holds any part of a secret value.
"""

from __future__ import annotations

import json
import os
import threading
import time
from concurrent.futures import Future
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.session import Session

from secrets_manager.values import SecretDict, read_only

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_secretsmanager.type_defs import GetSecretValueResponseTypeDef

AWSCURRENT = "AWSCURRENT"

# Where AWS answers: .com for most Regions, then China, the EU's own cloud, and isolated ones.
AWS_DOMAINS = (
    *(".amazonaws.com", ".api.aws"),
    *(".amazonaws.com.cn", ".amazonwebservices.com.cn"),
    *(".amazonaws.eu", ".amazonwebservices.eu"),
    *(".c2s.ic.gov", ".sc2s.sgov.gov", ".csp.hci.ic.gov", ".cloud.adc-e.uk"),
)


class SecretError(Exception):
    """What is wrong with the secret called `secret_name`; the message never holds its value."""

    def __init__(self, secret_name: str, problem: str) -> None:
        super().__init__(secret_name, problem)
        self.secret_name = secret_name

    def __str__(self) -> str:
        return f"secret {self.secret_name!r}: {self.args[1]}"


class SecretFormatError(SecretError):
    """The secret has a value, and the value is not a JSON object."""


def get_secrets_client(
    use_localstack: bool = False, *, region_name: str | None = None
) -> SecretsManagerClient:
    """Return a Secrets Manager client: for AWS by botocore's own rules, or for LocalStack.

    Attempts are few and time out within seconds: botocore would wait 60 to connect and 60 to
    read, long for a program that cannot start without its secret. The retry mode is named here
    because botocore's default is another one in older releases.
    For LocalStack the credentials are test ones; the user's own, and their profile, are not read.

    https://docs.aws.amazon.com/boto3/latest/guide/retries.html

    Raises:
        ValueError: The environment names AWS itself, or no URL, as LocalStack's endpoint.
    """
    config = Config(
        connect_timeout=2,  # Seconds, as the next: with its pauses, a call ends within 15.
        read_timeout=3,
        retries={"mode": "standard", "total_max_attempts": 3},
    )
    if not use_localstack:
        return boto3.client("secretsmanager", region_name=region_name, config=config)
    nothing_of_the_users = {
        "profile": (None, None, None, None),
        "config_file": (None, None, os.devnull, None),
        "credentials_file": (None, None, os.devnull, None),
    }
    session = boto3.Session(
        aws_access_key_id="test",
        aws_secret_access_key="test",  # noqa: S106 - LocalStack takes any.
        botocore_session=Session(session_vars=nothing_of_the_users),
    )
    return session.client(
        "secretsmanager",
        endpoint_url=localstack_endpoint(),
        region_name=region_name or "us-east-1",
        config=config.merge(Config(proxies={})),  # It is next door: never by way of a proxy.
    )


def localstack_endpoint() -> str:
    """Return where LocalStack is, from the variables that its own client and botocore read.

    AWS_ENDPOINT_URL_SECRETS_MANAGER, else AWS_ENDPOINT_URL, else LOCALSTACK_HOST (with or
    without a port) and USE_SSL, else http://localhost:4566.

    https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html

    Raises:
        ValueError: The environment names AWS itself, or no URL: what is meant to stay on this
            machine would leave it.
    """
    for variable in ("AWS_ENDPOINT_URL_SECRETS_MANAGER", "AWS_ENDPOINT_URL"):
        endpoint = os.environ.get(variable, "").strip()
        if endpoint:
            break
    else:
        variable = "LOCALSTACK_HOST"
        host, _, port = os.environ.get(variable, "").strip().partition(":")
        scheme = "https" if os.environ.get("USE_SSL") in ("1", "true") else "http"
        endpoint = f"{scheme}://{host or 'localhost'}:{port or 4566}"
    if not _may_be_localstack(endpoint):
        message = f"{variable} does not name a LocalStack: {endpoint}"
        raise ValueError(message)
    return endpoint


def _may_be_localstack(url: str) -> bool:
    """Return whether this is a whole URL, and of a host other than AWS."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    if f".{host.rstrip('.')}".endswith(AWS_DOMAINS) or "//" in parts.path:  # As http://http://x.
        return False
    if "\\" in url or any(map(str.isspace, url)):  # Others may read another host out of it.
        return False
    return parts.scheme in ("http", "https") and bool(host)


def get_secret(
    client: SecretsManagerClient, secret_name: str, version_stage: str = AWSCURRENT
) -> SecretDict | None:
    """Return the JSON object in the version labelled *version_stage*, or None if there is none.

    None is what AWS calls ResourceNotFoundException: no secret of this name, or no version of
    it with this label (a secret that was created without a value has none).
    Access denied, throttling and failed decryption are not None: they pass through.

    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html

    Raises:
        SecretFormatError: The value is binary, or not a JSON object.
        ClientError: AWS refused for any other reason.
    """
    try:
        value = _json_object(
            client.get_secret_value(SecretId=secret_name, VersionStage=version_stage)
        )
    except ClientError as error:
        if error.response["Error"]["Code"] == "ResourceNotFoundException":
            return None
        raise
    if isinstance(value, SecretDict):
        return value
    # Raised here because no local of this frame holds the text, and a JSONDecodeError would.
    raise SecretFormatError(secret_name, f"the value labelled {version_stage} {value}")


def _json_object(response: GetSecretValueResponseTypeDef) -> SecretDict | str:
    """Return the secret's JSON object, or what is wrong with it in words that quote nothing."""
    if "SecretString" not in response:
        return "is binary, not a JSON object"
    try:
        value = read_only(json.loads(response["SecretString"]))
    except (ValueError, RecursionError):
        return "is not JSON"
    return value if isinstance(value, SecretDict) else "is JSON, but not an object"


class CachedSecretManager:
    """Answers reads from memory for *ttl_seconds*, and asks AWS once however many threads wait.

    A rotated secret is seen at the latest *ttl_seconds* later, or at once after `invalidate`.
    An error is never remembered, nor is a missing secret: the next read asks again.
    *clock* returns seconds and must never go back, as the wall clock does.

    Raises:
        ValueError: *ttl_seconds* is negative or NaN.
    """

    def __init__(
        self,
        client: SecretsManagerClient,
        ttl_seconds: float = 300,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if not ttl_seconds >= 0:  # So written that NaN is refused, too.
            message = f"ttl_seconds must be 0 or more, not {ttl_seconds}"
            raise ValueError(message)
        self._client = client
        self._ttl_seconds = ttl_seconds
        self._clock = clock
        # By label, then by name: two look-ups by str cost a hit less than one by tuple.
        self._entries: dict[str, dict[str, tuple[SecretDict, float]]] = {}
        self._fetches: dict[tuple[str, str], Future[SecretDict | None]] = {}
        self._lock = threading.Lock()  # For the two above; never held while AWS is asked.

    def get_secret(self, secret_name: str, version_stage: str = AWSCURRENT) -> SecretDict | None:
        """Return what `get_secret` of this module returns, at most *ttl_seconds* old.

        Raises:
            SecretFormatError: The value is binary, or not a JSON object.
            ClientError: AWS refused for any reason other than a missing secret.
        """
        clock = self._clock  # `self._clock()` would look for a method first: 5 % of a hit.
        try:  # A hit takes no lock: what it reads is stored whole, and never changed.
            value, expires_at = self._entries[version_stage][secret_name]
            if clock() < expires_at:
                return value
        except KeyError:
            pass
        return self._fetch(secret_name, version_stage)

    def invalidate(self, secret_name: str | None = None) -> None:
        """Forget every version of one secret, or of all: the next read asks AWS.

        What was read by an ARN is forgotten by that ARN, and not by the name in it.
        A read that is under way ends with what it was asked for, and is not remembered:
        AWS may have answered it before the change that this call is about.
        """
        with self._lock:
            for entries in self._entries.values():
                entries.clear() if secret_name is None else entries.pop(secret_name, None)
            for name, label in list(self._fetches):
                if secret_name in (None, name):
                    del self._fetches[name, label]

    def _fetch(self, secret_name: str, version_stage: str) -> SecretDict | None:
        """Read from AWS, or wait for the thread that is already reading this very version."""
        key, mine = (secret_name, version_stage), Future[SecretDict | None]()
        try:  # From here on, so that Ctrl-C at any moment leaves nobody waiting.
            with self._lock:
                entry = self._entries.get(version_stage, {}).get(secret_name)
                if entry and self._clock() < entry[1]:
                    return entry[0]  # Stored by another thread since this one looked.
                running = self._fetches.setdefault(key, mine)
            if running is not mine:
                return self._share(running, key)
            expires_at = self._clock() + self._ttl_seconds  # From the asking: answers take time.
            value = get_secret(self._client, secret_name, version_stage)
            self._finish(key, mine, value, expires_at)
            mine.set_result(value)
        except BaseException as error:
            self._finish(key, mine)
            if not mine.done():
                mine.set_exception(error)
            raise
        return value

    def _share(self, running: Future[SecretDict | None], key: tuple[str, str]) -> SecretDict | None:
        """Wait for another thread's fetch, and answer or raise as it does."""
        error = running.exception()
        if error is None:
            return running.result()
        if not isinstance(error, Exception):
            return self._fetch(*key)  # Ctrl-C or an exit: that thread's affair, not this one's.
        # An error of this thread's own: one object raised by many threads mixes their tracebacks.
        own = type(error).__new__(type(error), *error.args)
        own.args, own.__dict__ = error.args, {**vars(error)}
        raise own from error

    def _finish(
        self,
        key: tuple[str, str],
        fetch: Future[SecretDict | None],
        value: SecretDict | None = None,
        expires_at: float = 0.0,
    ) -> None:
        """End a fetch, and remember its value unless it was invalidated meanwhile."""
        secret_name, version_stage = key
        with self._lock:
            if self._fetches.get(key) is not fetch:
                return
            del self._fetches[key]
            entries = self._entries.setdefault(version_stage, {})
            if value is None:
                entries.pop(secret_name, None)
            else:
                entries[secret_name] = value, expires_at
