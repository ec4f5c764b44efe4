"""A lesson ends with the right status and one sentence, and cleans up however it ends."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from typing import TYPE_CHECKING, Any, NoReturn

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

from secrets_manager.lab import lesson
from secrets_manager.lab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mypy_boto3_secretsmanager import SecretsManagerClient

    Main = Callable[[SecretsManagerClient], object]

programs = pytest.mark.programs
CANARY = "canary-7c1fe0b2d94a"
DEADLINE_SECONDS = 20
# A lesson that creates a secret and waits; in the end it tells which secrets moto still holds.
PROGRAM = """
import sys
from moto import mock_aws
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.secretsmanager.models import secretsmanager_backends
from secrets_manager.lab import lesson

def main(client):
    client.create_secret(Name="left", SecretString="{canary}")
    {body}

with mock_aws():
    try:
        lesson.run(main)
    finally:
        secrets = secretsmanager_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].secrets
        print("left over:", [secret.name for secret in secrets.values()], file=sys.stderr)
"""
WAIT = """
    try:
        print("waiting", flush=True)
        sys.stdin.read()
    finally:
        print("cleaning", flush=True)
        sys.stdin.readline()
        print("cleaned", flush=True)
"""


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the lesson run on moto, and give the signals back that it takes."""
    monkeypatch.delenv("BACKEND", raising=False)
    for name in ("PYTHONIOENCODING", "PYTHONUNBUFFERED"):
        monkeypatch.delenv(name, raising=False)
    signals = (signal.SIGTERM, signal.SIGHUP)
    before = [signal.getsignal(number) for number in signals]
    yield
    for number, handler in zip(signals, before, strict=True):
        signal.signal(number, handler)


def status(main: Main) -> object:
    """Run a lesson in this process; return its exit status."""
    with pytest.raises(SystemExit) as caught:
        lesson.run(main)  # type: ignore[arg-type]
    return caught.value.code


def program(body: str, **options: Any) -> subprocess.Popen[str]:
    """Start a lesson as a process of its own."""
    code = PROGRAM.format(canary=CANARY, body=body)
    return subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def until(process: subprocess.Popen[str], wanted: str) -> None:
    """Read a program's lines up to the one that is wanted."""
    assert process.stdout
    assert wanted in (line.strip() for line in process.stdout)


def raising(error: BaseException) -> Main:
    def main(_client: SecretsManagerClient) -> NoReturn:
        raise error

    return main


def test_a_lesson_that_ran_ends_with_0_and_what_its_calls_cost(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert status(lambda client: client.list_secrets()) == 0

    told = capsys.readouterr()
    assert "ListSecrets()" in told.out
    assert "1 calls: ListSecrets 1.\nOn AWS these calls cost $0.000005" in told.out
    assert told.err == ""


def test_an_unknown_backend_ends_with_2_and_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BACKEND", "azure")

    assert status(lambda client: None) == 2

    assert capsys.readouterr().err.startswith("\nBACKEND=azure is unknown: choose moto,")


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (LabError("Start it: make it"), "Start it: make it"),
        (
            ClientError({"Error": {"Code": "AccessDeniedException", "Message": CANARY}}, "GetIt"),
            "GetIt was refused with AccessDeniedException. ",
        ),
        (
            EndpointConnectionError(endpoint_url="http://it"),
            "The backend did not answer: EndpointConnectionError. ",
        ),
        (
            ReadTimeoutError(endpoint_url="http://it"),
            "The backend did not answer: ReadTimeoutError. ",
        ),
    ],
)
def test_what_a_person_can_mend_ends_with_2_and_one_sentence(
    capsys: pytest.CaptureFixture[str], error: Exception, sentence: str
) -> None:
    assert status(raising(error)) == 2

    told = capsys.readouterr().err.strip()
    assert told.startswith(sentence)
    assert "\n" not in told
    assert CANARY not in told


def test_a_dead_endpoint_ends_with_2_and_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        endpoint = f"http://127.0.0.1:{closed.getsockname()[1]}"
    monkeypatch.setenv("BACKEND", "localstack")
    monkeypatch.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", endpoint)

    assert status(lambda client: None) == 2

    told = capsys.readouterr().err.strip()
    assert told == f"LocalStack does not answer at {endpoint}. Start it: make localstack-up"


def test_ctrl_c_ends_with_130(capsys: pytest.CaptureFixture[str]) -> None:
    assert status(raising(KeyboardInterrupt())) == 130

    assert capsys.readouterr().err == "\nStopped. What the lesson made is deleted.\n"


def test_a_parameter_of_the_wrong_type_is_not_blamed_on_the_backend_and_not_shown(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def main(client: SecretsManagerClient) -> None:
        client.create_secret(Name="n", SecretString={"password": CANARY})  # type: ignore[arg-type]

    assert status(main) == 2

    told = capsys.readouterr()
    assert told.err.startswith("\nA call could not be made: ParamValidationError. ")
    assert CANARY not in told.out + told.err


def test_an_error_of_the_lessons_own_passes_through() -> None:
    with pytest.raises(LookupError, match="mine"):
        lesson.run(raising(LookupError("mine")))  # type: ignore[arg-type]


@programs
def test_a_traceback_shows_no_value_that_botocore_quotes() -> None:
    body = f"""
    try:
        try:
            client.create_secret(Name="n", SecretString=["{CANARY[:4]}" + "{CANARY[4:]}"])
        finally:
            [].clean_up()
    finally:
        raise LookupError("and more")
    """

    process = program(body)
    out, err = process.communicate(timeout=DEADLINE_SECONDS)

    assert process.returncode == 1
    assert "ParamValidationError: its text is hidden" in err
    assert "AttributeError" in err
    assert "LookupError: and more" in err
    assert CANARY not in out + err


@programs
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_in_the_middle_ends_with_130_and_leaves_nothing(number: signal.Signals) -> None:
    process = program(WAIT)
    until(process, "waiting")

    process.send_signal(number)
    until(process, "cleaning")
    if number != signal.SIGINT:
        process.send_signal(number)  # make passes one on to a child that has had it already.
    out, err = process.communicate("\n", timeout=DEADLINE_SECONDS)

    assert process.returncode == 130
    assert out == "cleaned\n"
    assert err == "\nStopped. What the lesson made is deleted.\nleft over: []\n"


def test_a_hangup_that_is_ignored_stays_ignored() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)

    status(lambda client: None)

    assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN


@programs
def test_a_reader_that_leaves_ends_the_lesson_in_silence() -> None:
    process = program(WAIT)
    until(process, "waiting")

    assert process.stdout
    process.stdout.close()
    _, err = process.communicate("", timeout=DEADLINE_SECONDS)

    assert process.returncode == 0
    assert err == "left over: []\n"


@programs
def test_a_reader_that_leaves_on_ctrl_c_too_hides_neither_status_nor_sentence() -> None:
    body = """
    print("waiting", flush=True)
    sys.stdin.readline()
    print("unread")
    raise KeyboardInterrupt
    """
    process = program(body)
    until(process, "waiting")

    assert process.stdout
    process.stdout.close()
    _, err = process.communicate("\n", timeout=DEADLINE_SECONDS)

    assert process.returncode == 130
    assert err == "\nStopped. What the lesson made is deleted.\nleft over: []\n"


@programs
def test_a_screen_without_arrows_gets_the_rest() -> None:
    process = program("print('Zoë')", env={**os.environ, "PYTHONIOENCODING": "ascii"})
    out, _ = process.communicate(timeout=DEADLINE_SECONDS)

    assert process.returncode == 0
    assert "CreateSecret(Name=left" in out
    assert "     ? ARN=arn:?" in out
    assert "Zo?" in out
