"""Each backend is one client: nothing of the user's is read unasked, and nothing is left."""

from __future__ import annotations

import functools
import io
import os
import re
import socket
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.awsrequest import AWSPreparedRequest
from botocore.compat import HTTPHeaders
from botocore.exceptions import ClientError, EndpointConnectionError, ParamValidationError
from botocore.loaders import Loader
from moto import mock_aws
from moto.core.base_backend import BackendDict
from moto.core.botocore_stubber import BotocoreStubber
from moto.secretsmanager.models import SecretsManagerBackend, secretsmanager_backends

from secrets_manager import get_secret, get_secrets_client
from secrets_manager.lab import backends
from secrets_manager.lab.backends import backend_name, open_backend
from secrets_manager.lab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mypy_boto3_secretsmanager import SecretsManagerClient

ACCOUNT, REGION = "123456789012", "eu-central-1"
FIRST, SECOND = '{"n": 1}', '{"n": 2}'


class LostAnswerError(Exception):
    """The backend did what it was asked to, and its answer never arrived."""


class Cloud(ThreadingHTTPServer):
    """An AWS on loopback, spoken to over HTTP by the real botocore; moto answers for it."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Cloud)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.asked: list[str] = []
        self.keys: set[str] = set()

    @property
    def secrets(self) -> set[str]:
        """The names of what it holds."""
        regions = secretsmanager_backends[ACCOUNT].values()
        return {secret.name for region in regions for secret in region.secrets.values()}


class _Cloud(BaseHTTPRequestHandler):
    server: Cloud

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        service, _, operation = self.headers.get("X-Amz-Target", "sts.").partition(".")
        self.server.asked.append(operation or "GetCallerIdentity")
        self.server.keys.add(self.headers["Authorization"].split("Credential=")[1].split("/")[0])
        headers = HTTPHeaders.from_dict(dict(self.headers))
        url = f"https://{service}.{REGION}.amazonaws.com/"
        request = AWSPreparedRequest("POST", url, headers, body, False)
        answer = BotocoreStubber().process_request(request)
        assert answer is not None
        status, _, content = answer
        self.send_response(status)
        self.end_headers()
        self.wfile.write(content if isinstance(content, bytes) else content.encode())

    def log_message(self, *_: object) -> None:
        """Say nothing: the tests look at what a learner sees."""


class Terminal(io.StringIO):
    """A standard input that is a terminal, where a person has typed a line."""

    def isatty(self) -> bool:
        """Return that it is one."""
        return True


@pytest.fixture
def cloud(own_environment: None) -> Iterator[Cloud]:
    BackendDict.reset()
    with Cloud() as cloud:
        thread = threading.Thread(target=cloud.serve_forever, args=(0.01,))
        thread.start()
        yield cloud
        cloud.shutdown()
        thread.join()
    BackendDict.reset()


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Give the test an environment without AWS, a home without files, and a fresh boto3."""
    for name in list(os.environ):
        if name.startswith("AWS_") or name in ("BACKEND", "YES", "LOCALSTACK_HOST", "USE_SSL"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", no_delay)
    monkeypatch.setattr("botocore.session.create_loader", loader)


@pytest.fixture
def user_of_aws(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let botocore's own rules lead to the cloud, by a user's credentials."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", cloud.url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "users")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "users")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)


@pytest.fixture
def localstack(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the cloud stand in for a LocalStack that is up."""
    monkeypatch.setattr("secrets_manager.lab.backends.is_healthy", lambda endpoint: True)
    monkeypatch.setenv("LOCALSTACK_HOST", cloud.url.removeprefix("http://"))


@pytest.fixture
def no_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every request, and every look for credentials, fail the test."""

    def touched(*_: object, **__: object) -> None:
        pytest.fail("AWS was touched")

    monkeypatch.setattr("botocore.httpsession.URLLib3Session.send", touched)
    monkeypatch.setattr("botocore.credentials.CredentialResolver.load_credentials", touched)
    monkeypatch.setattr(socket.socket, "connect", touched)
    monkeypatch.setattr(boto3, "client", touched)


@functools.cache
def loader(*_: object) -> Loader:
    """Return one loader for all sessions, each of which would parse botocore's JSON for itself."""
    return Loader()


def no_delay(*_: object, **__: object) -> int:
    return 0


def nonsense(folder: Path) -> dict[str, str]:
    """Return a user's configuration, every part of which would break or divert a client."""
    broken = folder / "broken"
    broken.write_text("[this is not\n")
    return {
        "AWS_PROFILE": "missing",
        "AWS_ACCESS_KEY_ID": "users",
        "AWS_SESSION_TOKEN": "users",
        "AWS_DEFAULT_REGION": "mars-1",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        "AWS_ENDPOINT_URL_SECRETS_MANAGER": "http://127.0.0.1:9",
        "AWS_MAX_ATTEMPTS": "x",
        "AWS_RETRY_MODE": "x",
        "AWS_USE_FIPS_ENDPOINT": "true",
        "AWS_CA_BUNDLE": str(folder / "missing.pem"),
        "AWS_CONFIG_FILE": str(broken),
        "AWS_SHARED_CREDENTIALS_FILE": str(broken),
    }


def create(client: SecretsManagerClient, name: str = "name") -> str:
    return client.create_secret(Name=name, SecretString=FIRST)["VersionId"]


def put_and_take_back(client: SecretsManagerClient) -> None:
    """Put a second version, and move AWSCURRENT back to the first."""
    first = create(client)
    second = client.put_secret_value(SecretId="name", SecretString=SECOND)["VersionId"]
    client.update_secret_version_stage(
        SecretId="name",
        VersionStage="AWSCURRENT",
        MoveToVersionId=first,
        RemoveFromVersionId=second,
    )


@contextmanager
def lost_answers(client: SecretsManagerClient, operation: str) -> Iterator[None]:
    """Let the backend act, and its answers get lost on the way."""

    def lose(request: AWSPreparedRequest, **_: Any) -> None:
        BotocoreStubber().process_request(request)
        raise LostAnswerError

    client.meta.events.register_first(f"before-send.secretsmanager.{operation}", lose)
    try:
        yield
    finally:
        client.meta.events.unregister(f"before-send.secretsmanager.{operation}", lose)


@contextmanager
def watched_moto() -> Iterator[SecretsManagerClient]:
    """Keep what moto holds visible after the backend's own block has ended."""
    with backends.environment(backends.TEST_ENVIRONMENT), mock_aws():
        yield boto3.client("secretsmanager")


def names(client: SecretsManagerClient) -> list[str]:
    return [
        secret["Name"] for secret in client.list_secrets(IncludePlannedDeletion=True)["SecretList"]
    ]


@pytest.mark.parametrize("asked", [None, "", "  "])
def test_moto_is_the_default(monkeypatch: pytest.MonkeyPatch, asked: str | None) -> None:
    if asked is not None:
        monkeypatch.setenv("BACKEND", asked)

    assert backend_name() == "moto"


def test_an_unknown_backend_is_refused_with_the_choices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKEND", "azure")

    with pytest.raises(LabError, match=r"^BACKEND=azure is unknown: choose moto, localstack, aws,"):
        backend_name()


def test_an_unknown_backend_is_refused_when_it_is_opened_by_name() -> None:
    with pytest.raises(LabError, match="BACKEND=azure is unknown"), open_backend("azure"):
        pass


def test_the_backend_that_is_opened_is_the_one_that_the_environment_names(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("BACKEND", "azure")

    with pytest.raises(LabError, match="azure"), open_backend():
        pass


def test_moto_works_whatever_the_users_aws_variables_say(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    backends.moto_session.cache_clear()
    for name, value in nonsense(tmp_path).items():
        monkeypatch.setenv(name, value)

    with open_backend("moto") as client:
        create(client)

        assert get_secret(get_secrets_client(), "name") == {"n": 1}
        assert client.meta.region_name == backends.REGION


def test_moto_never_reads_the_users_files(tmp_path: Path) -> None:
    backends.moto_session.cache_clear()
    folder = tmp_path / ".aws"
    folder.mkdir()
    for name in ("config", "credentials"):
        (folder / name).write_text("[this is not\n")

    with open_backend("moto"):
        credentials = backends.default_session().get_credentials()

    assert credentials is not None
    assert credentials.method == "env"


@pytest.mark.parametrize("fails", [False, True])
def test_moto_gives_back_the_environment_and_the_session(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, fails: bool
) -> None:
    for name, value in nonsense(tmp_path).items():
        monkeypatch.setenv(name, value)
    session = object.__new__(boto3.Session)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", session)
    before = dict(os.environ)

    with suppress(ZeroDivisionError), open_backend("moto"):
        os.environ["AWS_PROFILE"] = os.environ["AWS_NEW"] = "of the lesson"
        assert not fails or 1 / 0

    assert dict(os.environ) == before
    assert boto3.DEFAULT_SESSION is session


def test_another_thread_reaches_the_same_moto() -> None:
    with open_backend("moto") as client, ThreadPoolExecutor(1) as pool:
        create(client)

        value = pool.submit(lambda: get_secret(get_secrets_client(), "name")).result()

    assert value == {"n": 1}


def test_all_uses_of_moto_share_a_session() -> None:
    with open_backend("moto"):
        first = boto3.DEFAULT_SESSION
    with open_backend("moto"):
        assert boto3.DEFAULT_SESSION is first


def test_each_moto_begins_empty() -> None:
    with open_backend("moto") as client:
        create(client)
    with open_backend("moto") as client:
        assert names(client) == []


def test_a_plain_read_follows_awscurrent_when_it_is_moved(client: SecretsManagerClient) -> None:
    put_and_take_back(client)

    assert client.get_secret_value(SecretId="name")["SecretString"] == FIRST


def test_a_batch_read_follows_awscurrent_when_it_is_moved(client: SecretsManagerClient) -> None:
    put_and_take_back(client)

    answer = client.batch_get_secret_value(SecretIdList=["name"])

    assert [value["SecretString"] for value in answer["SecretValues"]] == [FIRST]


def test_a_put_after_a_move_leaves_one_awscurrent(client: SecretsManagerClient) -> None:
    put_and_take_back(client)

    third = client.put_secret_value(SecretId="name", SecretString='{"n": 3}')["VersionId"]

    stages = client.describe_secret(SecretId="name")["VersionIdsToStages"]
    assert [version for version, held in stages.items() if "AWSCURRENT" in held] == [third]


def test_moto_still_needs_to_be_mended() -> None:
    """Fails the day that moto's own reads follow AWSCURRENT: then `move_and_follow` may go."""
    with watched_moto() as client:
        put_and_take_back(client)

        assert client.get_secret_value(SecretId="name")["SecretString"] == SECOND


def test_moto_still_crashes_on_the_versions_of_a_missing_secret() -> None:
    """Fails the day that it does not: then `versions_of_what_is_there` may go."""
    with watched_moto() as client, pytest.raises(KeyError):
        client.list_secret_version_ids(SecretId="name")


def test_moto_still_has_a_next_token_that_leads_nowhere() -> None:
    """Fails the day that it has none on the last page: then it need not be taken away."""
    with watched_moto() as client:
        create(client, "name")

        assert client.list_secret_version_ids(SecretId="name")["NextToken"] == ""


def test_moto_is_as_it_was_when_the_block_has_ended() -> None:
    with open_backend("moto"):
        pass
    with watched_moto() as client:
        put_and_take_back(client)

        assert client.get_secret_value(SecretId="name")["SecretString"] == SECOND


def test_what_was_created_is_deleted_in_the_end() -> None:
    with watched_moto() as watch:
        with open_backend("moto") as client:
            create(client, "one")
            create(client, "two")

        assert names(watch) == []


def test_what_was_created_is_deleted_when_the_block_fails() -> None:
    with watched_moto() as watch:
        with suppress(ZeroDivisionError), open_backend("moto") as client:
            create(client)
            assert 1 / 0

        assert names(watch) == []


def test_what_was_created_is_deleted_though_the_answer_was_lost() -> None:
    with watched_moto() as watch:
        with (
            pytest.raises(LostAnswerError),
            open_backend("moto") as client,
            lost_answers(client, "CreateSecret"),
        ):
            create(client)

        assert names(watch) == []


def test_what_was_created_by_another_client_is_deleted() -> None:
    with watched_moto() as watch:
        with open_backend("moto"):
            create(get_secrets_client())

        assert names(watch) == []


def test_a_secret_with_a_recovery_window_is_deleted_for_good() -> None:
    with watched_moto() as watch:
        with open_backend("moto") as client:
            create(client)
            client.delete_secret(SecretId="name", RecoveryWindowInDays=7)

        assert names(watch) == []


def test_a_secret_whose_deletion_failed_is_deleted_again() -> None:
    with watched_moto() as watch:
        with open_backend("moto") as client:
            create(client)
            with pytest.raises(ClientError):
                client.delete_secret(
                    SecretId="name", ForceDeleteWithoutRecovery=True, RecoveryWindowInDays=7
                )

        assert names(watch) == []


def test_a_secret_that_the_lesson_deleted_is_not_deleted_again(
    cloud: Cloud, localstack: None
) -> None:
    with open_backend("localstack") as client:
        create(client)
        client.delete_secret(SecretId="name", ForceDeleteWithoutRecovery=True)

    assert cloud.asked == ["CreateSecret", "DeleteSecret"]


def test_a_secret_that_was_there_before_is_never_deleted() -> None:
    with watched_moto() as watch:
        create(watch, "of another")
        with pytest.raises(ClientError, match="ResourceExists"), open_backend("moto") as client:
            create(client, "of another")

        assert names(watch) == ["of another"]


def test_a_secret_that_is_created_twice_is_still_deleted() -> None:
    with watched_moto() as watch:
        with open_backend("moto") as client:
            create(client)
            with pytest.raises(ClientError, match="ResourceExists"):
                create(client)

        assert names(watch) == []


def test_a_creation_without_a_name_is_refused_by_botocore(client: SecretsManagerClient) -> None:
    with pytest.raises(ParamValidationError):
        client.create_secret(SecretString=FIRST)  # type: ignore[call-arg]


def test_a_backend_that_dies_is_one_error_that_names_what_may_be_left(
    cloud: Cloud, localstack: None
) -> None:
    def lesson() -> None:
        with open_backend("localstack") as client:
            for name in ("one", "two", "gone"):
                create(client, name)
            client.delete_secret(SecretId="gone", ForceDeleteWithoutRecovery=True)
            cloud.shutdown()
            cloud.server_close()

    named = r"EndpointConnectionError\) .* deleted: one, two\. .*localstack-up"
    with pytest.raises(LabError, match=named):
        lesson()


def test_one_secret_that_cannot_be_deleted_keeps_no_other() -> None:
    def refuse(params: dict[str, Any], **_: Any) -> Any:
        refused = {"Error": {"Code": "AccessDeniedException", "Message": ""}}
        return (SimpleNamespace(status_code=400), refused) if b'"one"' in params["body"] else None

    def lesson() -> None:
        with open_backend("moto") as client:
            create(client, "one")
            create(client, "two")
            client.meta.events.register("before-call.secretsmanager.DeleteSecret", refuse)

    with watched_moto() as watch:
        with pytest.raises(LabError, match=r"AccessDeniedException\): one\. "):
            lesson()

        assert names(watch) == ["one"]


def test_the_shared_session_keeps_no_handler() -> None:
    event = "after-call.secrets-manager.CreateSecret"

    with open_backend("moto"):
        events = backends.default_session().events
        during = events.emit(event, parsed={}, context={})

    assert len(during) == 1
    assert events.emit(event, parsed={}, context={}) == []


def test_localstack_that_is_not_running_is_named_with_the_next_command(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        endpoint = f"http://127.0.0.1:{closed.getsockname()[1]}"
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    began = time.monotonic()

    with pytest.raises(LabError) as caught, open_backend("localstack"):
        pass

    assert str(caught.value) == (
        f"LocalStack does not answer at {endpoint}. Start it: make localstack-up"
    )
    assert time.monotonic() - began < 5


@pytest.mark.usefixtures("no_way_out")
@pytest.mark.parametrize("variable", ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_SECRETS_MANAGER"])
def test_localstack_at_aws_is_refused_without_a_connection(
    monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    endpoint = "https://secretsmanager.eu-central-1.amazonaws.com"
    monkeypatch.setenv(variable, endpoint)

    with pytest.raises(LabError, match=f"^{variable} .*{endpoint}"), open_backend("localstack"):
        pass


def test_localstack_gets_test_credentials_in_place_of_the_users(
    cloud: Cloud, localstack: None, user_of_aws: None
) -> None:
    with open_backend("localstack") as client:
        create(client)
        get_secret(get_secrets_client(), "name")

    assert len(cloud.keys) == 1
    assert all(re.fullmatch(r"\d{12}", key) for key in cloud.keys)


def test_localstack_is_reached_past_the_users_proxy(
    cloud: Cloud, localstack: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "elsewhere.example")

    with open_backend("localstack") as client:
        create(client)
        assert get_secret(get_secrets_client(), "name") == {"n": 1}

    assert os.environ["no_proxy"] == "elsewhere.example"


def test_localstack_gives_back_the_session(
    localstack: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = object.__new__(boto3.Session)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", session)

    with open_backend("localstack"):
        assert boto3.DEFAULT_SESSION is not session

    assert boto3.DEFAULT_SESSION is session


def test_localstack_is_left_without_what_was_created(cloud: Cloud, localstack: None) -> None:
    with open_backend("localstack") as client:
        create(client, "one")
        create(get_secrets_client(), "two")
        assert cloud.secrets == {"one", "two"}

    assert cloud.secrets == set()


@pytest.mark.usefixtures("no_way_out")
@pytest.mark.parametrize("stdin", [io.StringIO("y\n"), None], ids=["a pipe", "closed"])
def test_aws_without_a_terminal_is_refused_before_any_call(
    monkeypatch: pytest.MonkeyPatch, stdin: io.StringIO | None
) -> None:
    monkeypatch.setattr(sys, "stdin", stdin)

    with pytest.raises(LabError, match="YES=1 BACKEND=aws make example-1"), open_backend("aws"):
        pass


@pytest.mark.parametrize("answer", ["n\n", "\n", "", "yesterday\n"])
def test_aws_is_left_alone_unless_a_person_says_yes(
    cloud: Cloud, user_of_aws: None, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal(answer))

    with pytest.raises(LabError, match=r"^Nothing was created\."), open_backend("aws") as client:
        create(client)

    assert cloud.asked == ["GetCallerIdentity"]


@pytest.mark.parametrize("answer", ["y\n", "Yes\n"])
def test_aws_is_used_when_a_person_says_yes(
    cloud: Cloud, user_of_aws: None, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal(answer))

    with open_backend("aws") as client:
        create(client)

    assert cloud.asked == ["GetCallerIdentity", "CreateSecret", "DeleteSecret"]


def test_aws_is_asked_for_with_the_account_the_region_and_the_price(
    user_of_aws: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal("n\n"))

    with pytest.raises(LabError), open_backend("aws"):
        pass

    asked = capsys.readouterr().out
    assert asked.startswith(f"AWS account {ACCOUNT}, Region {REGION}: ")
    assert "$0.40 a month" in asked
    assert asked.endswith("Go on? [y/N] ")


def test_aws_that_was_agreed_to_asks_nothing(
    cloud: Cloud, user_of_aws: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    monkeypatch.setenv("YES", "1")

    with open_backend("aws") as client:
        create(client)
        assert cloud.secrets == {"name"}

    assert cloud.keys == {"users"}


def test_aws_is_left_without_what_was_created_when_the_block_fails(
    cloud: Cloud, user_of_aws: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YES", "1")

    with suppress(ZeroDivisionError), open_backend("aws") as client:
        create(client, "one")
        create(get_secrets_client(), "two")
        assert cloud.secrets == {"one", "two"}
        assert 1 / 0

    assert cloud.secrets == set()


@pytest.mark.parametrize(
    ("variable", "value"),
    [("AWS_ACCESS_KEY_ID", None), ("AWS_DEFAULT_REGION", None), ("AWS_PROFILE", "missing")],
)
def test_aws_without_credentials_or_region_names_the_next_command(
    cloud: Cloud,
    user_of_aws: None,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    value: str | None,
) -> None:
    monkeypatch.setenv("YES", "1")
    monkeypatch.delenv(variable, raising=False)
    if value:
        monkeypatch.setenv(variable, value)

    with pytest.raises(LabError, match=r"a Region and credentials .* aws c"), open_backend("aws"):
        pass

    assert cloud.asked == []


def test_once_localstack_is_gone_no_call_waits_for_it_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("secrets_manager.lab.backends.is_healthy", lambda endpoint: True)
    monkeypatch.setattr("time.sleep", lambda seconds: None)  # The pauses between attempts.
    sent: list[str] = []

    def lose(event_name: str, **_: object) -> None:
        sent.append(event_name)
        raise EndpointConnectionError(endpoint_url="http://localhost:4566")

    with open_backend("localstack") as client:
        client.meta.events.register("before-send.secretsmanager", lose)
        for _ in range(3):
            with pytest.raises(EndpointConnectionError):
                client.list_secrets()

    assert len(sent) == 3, "the attempts of the first call alone"


def test_a_read_under_moto_waits_while_another_thread_moves_a_label(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    move = SecretsManagerBackend.update_secret_version_stage
    readers: list[threading.Thread] = []

    def slowly(*args: object, **kwargs: object) -> object:
        readers[0].start()
        readers[0].join(0.1)
        found.append("moved")
        return move(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(SecretsManagerBackend, "update_secret_version_stage", slowly)
    found: list[str] = []
    with open_backend("moto") as client:
        old = client.create_secret(Name="shop", SecretString="old")["VersionId"]
        new = client.put_secret_value(
            SecretId="shop", SecretString="new", VersionStages=["AWSPENDING"]
        )["VersionId"]

        def read() -> None:
            found.append(client.get_secret_value(SecretId="shop")["SecretString"])

        readers.append(threading.Thread(target=read))
        client.update_secret_version_stage(
            SecretId="shop",
            VersionStage="AWSCURRENT",
            MoveToVersionId=new,
            RemoveFromVersionId=old,
        )
        readers[0].join()

    assert found == ["moved", "new"]
