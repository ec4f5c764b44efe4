"""Where a client leads, whose credentials it signs with, and what one read returns or raises."""

from __future__ import annotations

import copy
import json
import os
import pickle
import subprocess
import sys
import threading
import traceback
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, cast
from unittest.mock import patch

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.loaders import Loader
from botocore.stub import Stubber
from hypothesis import given, settings
from hypothesis import strategies as st
from localstack_client.config import get_service_endpoint

from secrets_manager import (
    SecretError,
    SecretFormatError,
    get_secret,
    get_secrets_client,
    localstack_endpoint,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mypy_boto3_secretsmanager import SecretsManagerClient

SECONDS = 10
NAME = "app/database"
CANARY = "correct-horse-battery-staple"
USERS_KEY = "AKIAUSERSOWNKEY00000"
VARIABLES = ("AWS_", "LOCALSTACK_", "USE_SSL", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.fixture(autouse=True)
def user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Return the empty home of a user who has set nothing."""
    for variable in os.environ:
        if variable.upper().startswith(VARIABLES):
            monkeypatch.delenv(variable)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    return tmp_path


class LocalStack(ThreadingHTTPServer):
    """Answers every request with one empty secret, and remembers the request's headers."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.seen: list[dict[str, str]] = []
        self.url = f"http://127.0.0.1:{self.server_address[1]}"


class _Answer(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        cast("LocalStack", self.server).seen.append(dict(self.headers))
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"SecretString": "{}"}')

    def log_message(self, *_: object) -> None:
        """Stay silent."""


@pytest.fixture
def localstack(monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalStack]:
    with LocalStack() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        yield server
        server.shutdown()
        thread.join(SECONDS)


@pytest.fixture
def aws_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", USERS_KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hidden")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")


def assert_signed_with_test_credentials(localstack: LocalStack) -> None:
    """Read once, and assert who signed the request that arrived."""
    with closing(get_secrets_client(use_localstack=True)) as client:
        assert get_secret(client, NAME) == {}

    (headers,) = localstack.seen
    assert "Credential=test/" in headers["Authorization"]
    assert USERS_KEY not in str(headers)
    assert "X-Amz-Security-Token" not in headers


def endpoint_of(**variables: str) -> str:
    with patch.dict(os.environ, variables):
        return localstack_endpoint()


ports = st.integers(1, 65535).map(str)
hosts = st.from_regex(r"[a-z][a-z0-9-]{0,8}(\.[a-z]{1,8}){0,3}", fullmatch=True) | ports.map(
    lambda last: f"127.0.0.{int(last) % 256}"
)
blanks = st.sampled_from(["", " ", "\t "])
environments = st.fixed_dictionaries(
    {},
    optional={
        "AWS_ENDPOINT_URL": blanks
        | st.builds(
            "{}{}://{}:{}{}".format,
            blanks,
            st.sampled_from(["http", "https"]),
            hosts,
            ports,
            blanks,
        ),
        "LOCALSTACK_HOST": blanks
        | st.builds("{}{}{}".format, blanks, hosts, blanks)
        | st.builds("{}:{}".format, hosts | blanks, ports),
        "USE_SSL": st.sampled_from(["", "0", "1", "true", "false", "True", "yes", " 1"]),
    },
)


@settings(deadline=None)
@given(environments)
def test_localstack_is_where_its_own_client_finds_it(environment: dict[str, str]) -> None:
    with patch.dict(os.environ, environment):
        assert localstack_endpoint() == get_service_endpoint("secretsmanager")


@pytest.mark.parametrize(
    ("variables", "endpoint"),
    [
        ({}, "http://localhost:4566"),
        ({"LOCALSTACK_HOST": "devbox"}, "http://devbox:4566"),
        ({"LOCALSTACK_HOST": "devbox:4510"}, "http://devbox:4510"),
        ({"LOCALSTACK_HOST": ":4510"}, "http://localhost:4510"),
        ({"LOCALSTACK_HOST": ""}, "http://localhost:4566"),
        ({"USE_SSL": "1"}, "https://localhost:4566"),
        ({"USE_SSL": "true"}, "https://localhost:4566"),
        ({"USE_SSL": "yes"}, "http://localhost:4566"),
        ({"USE_SSL": "0"}, "http://localhost:4566"),
        ({"AWS_ENDPOINT_URL": " "}, "http://localhost:4566"),
        ({"AWS_ENDPOINT_URL": " http://devbox:1 "}, "http://devbox:1"),
        ({"AWS_ENDPOINT_URL": "http://devbox:1", "LOCALSTACK_HOST": "other"}, "http://devbox:1"),
    ],
    ids=str,
)
def test_a_client_for_localstack_leads_where_the_environment_says(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], endpoint: str
) -> None:
    for variable, value in variables.items():
        monkeypatch.setenv(variable, value)

    client = get_secrets_client(use_localstack=True)

    assert client.meta.endpoint_url == endpoint == get_service_endpoint("secretsmanager")


def test_the_endpoint_of_the_service_wins_over_that_of_all_services() -> None:
    endpoint = endpoint_of(
        AWS_ENDPOINT_URL_SECRETS_MANAGER="http://one:1", AWS_ENDPOINT_URL="http://all:2"
    )

    assert endpoint == "http://one:1"


def test_a_blank_endpoint_of_the_service_counts_as_none() -> None:
    endpoint = endpoint_of(AWS_ENDPOINT_URL_SECRETS_MANAGER=" ", AWS_ENDPOINT_URL="http://all:2")

    assert endpoint == "http://all:2"


def domains_of_aws() -> Iterator[str]:
    """Return the domains of every part of AWS that the public can open an account in."""
    for partition in Loader().load_data("partitions")["partitions"]:
        if not partition["id"].startswith("aws-iso"):
            yield from (partition["outputs"][kind] for kind in ("dnsSuffix", "dualStackDnsSuffix"))


@pytest.mark.parametrize("domain", sorted(set(domains_of_aws())))
@pytest.mark.parametrize(
    "url",
    [
        "https://secretsmanager.eu-central-1.{}",
        "http://SecretsManager.eu-central-1.{}.:443/path",
        "https://vpce-0a1b.secretsmanager.eu-central-1.vpce.{}",
    ],
)
def test_an_endpoint_of_aws_is_refused_for_localstack(url: str, domain: str) -> None:
    with pytest.raises(ValueError, match="AWS_ENDPOINT_URL does not name a LocalStack"):
        endpoint_of(AWS_ENDPOINT_URL=url.format(domain))


@pytest.mark.parametrize(
    "url",
    [
        "localhost:4566",
        "localhost",
        "4566",
        "ftp://localhost",
        "http://",
        "http://h:port",
        "http://http://h",
    ],
)
def test_an_endpoint_that_is_no_url_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="AWS_ENDPOINT_URL_SECRETS_MANAGER does not name"):
        endpoint_of(AWS_ENDPOINT_URL_SECRETS_MANAGER=url)


@pytest.mark.parametrize(
    "host", ["http://localhost", "h:port", "h:70000", "secretsmanager.us-east-1.amazonaws.com:443"]
)
def test_a_localstack_host_that_is_none_is_refused(host: str) -> None:
    with pytest.raises(ValueError, match="LOCALSTACK_HOST does not name a LocalStack"):
        endpoint_of(LOCALSTACK_HOST=host)


@pytest.mark.parametrize("host", ["notamazonaws.com", "amazonaws.com.example.org"])
def test_a_host_that_only_looks_like_aws_is_not_refused(host: str) -> None:
    assert endpoint_of(LOCALSTACK_HOST=host) == f"http://{host}:4566"


@pytest.mark.usefixtures("aws_credentials")
def test_localstack_gets_test_credentials_in_place_of_those_in_the_environment(
    localstack: LocalStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SESSION_TOKEN", "hidden")

    assert_signed_with_test_credentials(localstack)


def test_localstack_gets_test_credentials_in_place_of_those_in_the_users_files(
    localstack: LocalStack, user: Path
) -> None:
    (user / ".aws").mkdir()
    keys = f"aws_access_key_id={USERS_KEY}\naws_secret_access_key=hidden\n"
    (user / ".aws" / "credentials").write_text(f"[default]\n{keys}aws_session_token=hidden\n")
    (user / ".aws" / "config").write_text(f"[default]\n{keys}region=eu-central-1\n")

    assert_signed_with_test_credentials(localstack)


@pytest.mark.parametrize("variable", ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"])
def test_a_broken_file_of_the_users_does_not_matter_to_localstack(
    localstack: LocalStack, user: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    (user / "broken").write_text("[default\nnonsense")
    monkeypatch.setenv(variable, str(user / "broken"))

    assert_signed_with_test_credentials(localstack)


@pytest.mark.parametrize("variable", ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"])
def test_a_profile_that_does_not_exist_does_not_matter_to_localstack(
    localstack: LocalStack, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, "no-such-profile")

    assert_signed_with_test_credentials(localstack)


def test_an_endpoint_in_the_users_files_does_not_matter_to_localstack(
    user: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (user / "config").write_text("[default]\nendpoint_url=http://elsewhere:1\nregion=eu-west-1\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(user / "config"))

    client = get_secrets_client(use_localstack=True)

    assert client.meta.endpoint_url == "http://localhost:4566"
    assert client.meta.region_name == "us-east-1"


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy"])
def test_localstack_is_not_reached_by_way_of_a_proxy(
    localstack: LocalStack, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, "http://127.0.0.1:1")

    assert_signed_with_test_credentials(localstack)


def test_two_clients_for_localstack_leave_boto3s_default_session_alone() -> None:
    get_secrets_client(use_localstack=True)

    assert boto3.DEFAULT_SESSION is None


both_kinds = pytest.mark.parametrize("use_localstack", [False, True], ids=["aws", "localstack"])


@both_kinds
@pytest.mark.usefixtures("aws_credentials")
def test_an_attempt_times_out_within_seconds(use_localstack: bool) -> None:
    config: Any = get_secrets_client(use_localstack).meta.config

    assert config.connect_timeout <= 5
    assert config.read_timeout <= 10


@both_kinds
@pytest.mark.usefixtures("aws_credentials")
def test_attempts_are_few_whatever_the_environment_says(
    monkeypatch: pytest.MonkeyPatch, use_localstack: bool
) -> None:
    monkeypatch.setenv("AWS_RETRY_MODE", "legacy")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "50")

    config: Any = get_secrets_client(use_localstack).meta.config

    assert config.retries == {"mode": "standard", "total_max_attempts": 3}


@both_kinds
@pytest.mark.usefixtures("aws_credentials")
def test_the_region_asked_for_is_the_clients(use_localstack: bool) -> None:
    client = get_secrets_client(use_localstack, region_name="ap-south-1")

    assert client.meta.region_name == "ap-south-1"


@pytest.mark.usefixtures("aws_credentials")
def test_a_client_for_aws_leads_to_aws() -> None:
    client = get_secrets_client()

    assert client.meta.endpoint_url == "https://secretsmanager.eu-central-1.amazonaws.com"


@pytest.mark.usefixtures("aws_credentials")
def test_a_client_for_aws_ignores_the_variables_of_localstack(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LOCALSTACK_HOST", "devbox")

    client = get_secrets_client()

    assert client.meta.endpoint_url == "https://secretsmanager.eu-central-1.amazonaws.com"


@pytest.mark.usefixtures("aws_credentials")
def test_a_client_for_aws_follows_botocores_endpoint_variables(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://all:2")
    monkeypatch.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", "http://one:1")

    client = get_secrets_client()

    assert client.meta.endpoint_url == "http://one:1"


@pytest.mark.usefixtures("aws_credentials")
def test_a_client_for_aws_signs_with_the_users_credentials(localstack: LocalStack) -> None:
    with closing(get_secrets_client()) as client:
        get_secret(client, NAME)

    (headers,) = localstack.seen
    assert f"Credential={USERS_KEY}/" in headers["Authorization"]


def test_nothing_happens_at_import() -> None:
    """What the package imports is imported first: boto3's own import may read the environment."""
    program = """
import sys
import boto3, botocore.config, botocore.exceptions, botocore.session
import collections.abc, concurrent.futures, json, os, socket, threading, time, typing, urllib.parse
from concurrent.futures import Future, ThreadPoolExecutor

def refuse(event, arguments):
    if event.startswith(("socket.", "subprocess.", "os.system")) or event == "open" and not (
        str(arguments[0]).endswith((".py", ".pyc")) or "__pycache__" in str(arguments[0])
    ):
        raise SystemExit(f"{event} {arguments[0]}")

os.environ = os.environb = None  # Any look at it fails; os.getenv looks there, too.
boto3.client = boto3.resource = boto3.Session = botocore.session.Session = None
threads = threading.active_count()
sys.addaudithook(refuse)

import secrets_manager

assert threading.active_count() == threads
assert "secrets_manager.client" in sys.modules
"""
    run = subprocess.run(
        [sys.executable, "-B", "-c", program],
        capture_output=True,
        text=True,
        timeout=SECONDS * 3,
        check=False,
    )

    assert (run.returncode, run.stderr) == (0, "")


def test_a_read_returns_the_json_object(client: SecretsManagerClient) -> None:
    client.create_secret(Name=NAME, SecretString='{"username": "app", "port": 5432}')

    assert get_secret(client, NAME) == {"username": "app", "port": 5432}


def test_a_read_returns_an_empty_object_and_not_none(client: SecretsManagerClient) -> None:
    client.create_secret(Name=NAME, SecretString="{}")

    assert get_secret(client, NAME) == {}


def test_a_read_returns_text_in_any_script(client: SecretsManagerClient) -> None:
    client.create_secret(Name=NAME, SecretString=json.dumps({"clé": "пароль 🔑"}))

    assert get_secret(client, NAME) == {"clé": "пароль 🔑"}


def test_what_a_read_returns_is_read_only_all_the_way_down(client: SecretsManagerClient) -> None:
    client.create_secret(Name=NAME, SecretString='{"replicas": [{"host": "a"}]}')
    secret = get_secret(client, NAME)
    assert secret is not None

    with pytest.raises(TypeError, match="read-only"):
        secret["replicas"][0]["host"] = "b"


def test_a_read_follows_awscurrent(client: SecretsManagerClient) -> None:
    client.create_secret(Name=NAME, SecretString='{"n": 1}')
    client.put_secret_value(SecretId=NAME, SecretString='{"n": 2}')

    assert get_secret(client, NAME) == {"n": 2}


def test_a_read_by_staging_label_returns_that_version(client: SecretsManagerClient) -> None:
    client.create_secret(Name=NAME, SecretString='{"n": 1}')
    client.put_secret_value(SecretId=NAME, SecretString='{"n": 2}')

    assert get_secret(client, NAME, "AWSPREVIOUS") == {"n": 1}


def test_a_missing_secret_is_none(client: SecretsManagerClient) -> None:
    assert get_secret(client, NAME) is None


def test_a_missing_staging_label_is_none(client: SecretsManagerClient) -> None:
    client.create_secret(Name=NAME, SecretString="{}")

    assert get_secret(client, NAME, "AWSPENDING") is None


def test_a_secret_without_a_value_is_none(client: SecretsManagerClient) -> None:
    client.create_secret(Name=NAME)

    assert get_secret(client, NAME) is None


def test_a_secret_scheduled_for_deletion_is_an_error_and_not_none(
    client: SecretsManagerClient,
) -> None:
    client.create_secret(Name=NAME, SecretString="{}")
    client.delete_secret(SecretId=NAME, RecoveryWindowInDays=7)

    with pytest.raises(client.exceptions.InvalidRequestException):
        get_secret(client, NAME)


@pytest.mark.parametrize(
    "code",
    [
        "AccessDeniedException",
        "ThrottlingException",
        "DecryptionFailure",
        "InternalServiceError",
        "ExpiredTokenException",
        "UnrecognizedClientException",
    ],
)
def test_any_other_refusal_passes_through_untouched(
    client: SecretsManagerClient, code: str
) -> None:
    stubber = Stubber(client)
    stubber.add_client_error("get_secret_value", service_error_code=code)

    with stubber, pytest.raises(ClientError) as caught:
        get_secret(client, NAME)

    assert caught.value.response["Error"]["Code"] == code


UNREADABLE: dict[str, dict[str, Any]] = {
    "binary": {"SecretBinary": CANARY.encode()},
    "text": {"SecretString": CANARY},
    "empty text": {"SecretString": " "},
    "JSON array": {"SecretString": json.dumps([CANARY])},
    "JSON string": {"SecretString": json.dumps(CANARY)},
    "JSON number": {"SecretString": "271828182845904523536"},
    "JSON null": {"SecretString": "null"},
    "number of too many digits": {"SecretString": '{"n": ' + "27182818" * 1_000 + "}"},
    "broken JSON": {"SecretString": f'{{"password": "{CANARY}"'},
    "JSON and more": {"SecretString": f'{{}} "{CANARY}"'},
    "deep objects": {"SecretString": '{"a":' * 9_000 + f'"{CANARY}"' + "}" * 9_000},
    "deep arrays": {"SecretString": '{"a":' + "[" * 30_000 + "]" * 30_000 + "}"},
    "objects too deep for Python alone": {
        "SecretString": '{"a":' * 2_000 + f'"{CANARY}"' + "}" * 2_000
    },
}
each_unreadable = pytest.mark.parametrize("kind", UNREADABLE)


def error_of(client: SecretsManagerClient, kind: str) -> SecretFormatError:
    """Return what a read of such a value raises; no local of this frame holds the value."""
    client.create_secret(Name=NAME, **UNREADABLE[kind])
    with pytest.raises(SecretFormatError) as caught:
        get_secret(client, NAME)
    return caught.value


def holds_the_value(text: str) -> bool:
    return CANARY in text or "27182818" in text or '{"a"' in text or "[[[[" in text


@each_unreadable
def test_a_value_that_is_no_json_object_is_an_error_that_names_the_secret(
    client: SecretsManagerClient, kind: str
) -> None:
    error = error_of(client, kind)

    assert isinstance(error, SecretError)
    assert error.secret_name == NAME
    assert repr(NAME) in str(error)
    assert "AWSCURRENT" in str(error)


@each_unreadable
def test_no_text_of_the_error_holds_the_value(client: SecretsManagerClient, kind: str) -> None:
    error = error_of(client, kind)

    assert not holds_the_value(f"{error} {error!r} {error.args} {vars(error)}")


@each_unreadable
def test_the_error_leads_to_no_other_that_holds_the_value(
    client: SecretsManagerClient, kind: str
) -> None:
    error = error_of(client, kind)

    assert error.__cause__ is None
    assert error.__context__ is None


@each_unreadable
def test_no_frame_of_the_errors_traceback_holds_the_value(
    client: SecretsManagerClient, kind: str
) -> None:
    error = error_of(client, kind)

    report = "".join(
        traceback.TracebackException.from_exception(error, capture_locals=True).format()
    )

    assert "secret_name = " in report  # So that it did look at the locals.
    assert not holds_the_value(report)


@pytest.mark.parametrize(
    ("kind", "problem"),
    [
        ("binary", "is binary, not a JSON object"),
        ("text", "is not JSON"),
        ("JSON array", "is JSON, but not an object"),
    ],
)
def test_the_error_says_what_is_wrong(
    client: SecretsManagerClient, kind: str, problem: str
) -> None:
    error = error_of(client, kind)

    assert str(error) == f"secret 'app/database': the value labelled AWSCURRENT {problem}"


@pytest.mark.parametrize(
    "duplicate",
    [copy.copy, copy.deepcopy, lambda error: pickle.loads(pickle.dumps(error))],  # noqa: S301
    ids=["copy", "deepcopy", "pickle"],
)
def test_an_error_survives_a_copy_and_a_trip_to_another_process(duplicate: Any) -> None:
    error = SecretFormatError(NAME, "is not JSON")

    twin = duplicate(error)

    assert type(twin) is SecretFormatError
    assert twin.secret_name == NAME
    assert str(twin) == str(error)
