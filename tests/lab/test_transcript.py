"""A transcript tells every call and no value, counts right, and ends with its block."""

from __future__ import annotations

import io
import itertools
import json
import re
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError, ParamValidationError
from botocore.model import ListShape, MapShape, StructureShape

from secrets_manager import get_secrets_client
from secrets_manager.lab.backends import default_session
from secrets_manager.lab.transcript import (
    RED,
    Transcript,
    hidden,
    parameters,
    quietly,
    step,
    styled,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from botocore.model import Shape
    from mypy_boto3_secretsmanager import SecretsManagerClient

CANARY = "canary-7c1fe0b2d94a"


@pytest.fixture
def told(client: SecretsManagerClient, monkeypatch: pytest.MonkeyPatch) -> Iterator[Transcript]:
    """Yield a transcript of what the client does."""
    monkeypatch.setenv("COLUMNS", "200")
    transcript = Transcript()
    with transcript.listening(client.meta.events):
        yield transcript


def example(shape: Shape, number: Iterator[int], seen: bool, secret: set[str]) -> Any:
    """Return a value of this shape whose texts are all different; note those to be hidden."""
    seen = seen and not shape.metadata.get("sensitive")
    if isinstance(shape, StructureShape):
        return {name: example(item, number, seen, secret) for name, item in shape.members.items()}
    if isinstance(shape, ListShape):
        return [example(shape.member, number, seen, secret)]
    if isinstance(shape, MapShape):
        key = example(shape.key, number, seen, secret)
        return {key: example(shape.value, number, seen, secret)}
    if shape.type_name not in ("string", "blob"):
        return {"boolean": True, "timestamp": datetime(2026, 1, 2, tzinfo=UTC)}.get(
            shape.type_name, 5
        )
    text = f"text{next(number)}x"
    if not seen:
        secret.add(text)
    return text if shape.type_name == "string" else text.encode()


@contextmanager
def often_switching() -> Iterator[None]:
    """Let threads take turns so often that what is not locked comes out mixed."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().out.splitlines()


def lose_answers(*_: object, **__: object) -> None:
    raise ZeroDivisionError(CANARY)


def call_everything(client: SecretsManagerClient) -> list[str]:
    """Call each operation that takes or returns a value; return every value that was used."""
    values = [json.dumps({"password": f"{CANARY}-{number} {CANARY}"}) for number in range(4)]
    binary = f"{CANARY}-binary".encode()
    client.create_secret(Name="text", SecretString=values[0])
    client.create_secret(Name="binary", SecretBinary=binary)
    client.put_secret_value(SecretId="text", SecretString=values[1])
    client.put_secret_value(SecretId="binary", SecretBinary=binary + b"2")
    client.update_secret(SecretId="text", SecretString=values[2])
    client.update_secret(SecretId="binary", SecretBinary=binary + b"3")
    client.get_secret_value(SecretId="text")
    client.get_secret_value(SecretId="binary")
    # LocalStack fails at a binary value that was put or updated, so the batch gets a new one.
    client.create_secret(Name="new-binary", SecretBinary=binary)
    client.batch_get_secret_value(SecretIdList=["text", "new-binary", "missing"])
    with pytest.raises(ClientError):
        client.create_secret(Name="text", SecretString=values[3])
    client.meta.events.register("before-send.secretsmanager", lose_answers)
    with pytest.raises(ZeroDivisionError):
        client.put_secret_value(SecretId="text", SecretString=values[3])
    client.meta.events.unregister("before-send.secretsmanager", lose_answers)
    return [CANARY, client.get_random_password(PasswordLength=32)["RandomPassword"]]


def test_exactly_what_botocores_model_marks_as_sensitive_is_hidden(
    client: SecretsManagerClient,
) -> None:
    number = itertools.count()
    model = client.meta.service_model
    marked = 0
    for name in model.operation_names:
        operation = model.operation_model(name)
        for shape in filter(None, (operation.input_shape, operation.output_shape)):
            secret: set[str] = set()
            values = example(shape, number, True, secret)

            words = parameters(values, shape)

            everything = set(re.findall(r"text\d+x", str(values)))
            assert set(re.findall(r"text\d+x", words)) == everything - secret
            marked += len(secret)
    assert marked >= 10


def test_a_member_that_the_model_does_not_know_is_hidden(client: SecretsManagerClient) -> None:
    shape = client.meta.service_model.operation_model("CreateSecret").input_shape

    words = parameters({"Name": "n", "Novelty": CANARY, "Tags": [{"Other": CANARY}]}, shape)

    assert words == f"Name=n, Novelty={len(CANARY)} characters, hidden, " + (
        f"Tags=[{{Other: {len(CANARY)} characters, hidden}}]"
    )


def test_without_a_model_everything_is_hidden() -> None:
    assert parameters({"Name": {"deep": CANARY}}, None) == "Name=hidden"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("", "0 characters, hidden"),
        ("Zoë ☂", "5 characters, hidden"),
        (b"Zo\xff", "3 bytes, hidden"),
        (bytearray(2), "2 bytes, hidden"),
        ({"password": CANARY}, "hidden"),
        (None, "hidden"),
    ],
)
def test_a_value_is_told_as_its_length(value: object, words: str) -> None:
    assert hidden(value) == words


@pytest.mark.parametrize("columns", ["1", "20", "80", "200"])
def test_no_value_is_told_by_any_operation_at_any_width(
    client: SecretsManagerClient,
    told: Transcript,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    columns: str,
) -> None:
    monkeypatch.setenv("COLUMNS", columns)

    values = call_everything(client)

    everything = "".join(capsys.readouterr()).replace("\n", "").replace(" ", "")
    assert told.calls.total() == 13
    assert [value for value in values if value in everything] == []


def test_a_call_is_told_with_its_parameters_and_its_answer(
    client: SecretsManagerClient, told: Transcript, capsys: pytest.CaptureFixture[str]
) -> None:
    token = "11111111-2222-4333-8444-555555555555"  # Cut to its first part.
    client.create_secret(Name="n", SecretString="hunter2", ClientRequestToken=token)

    asked, answered = lines(capsys)

    assert asked == (
        "   CreateSecret(Name=n, SecretString=7 characters, hidden, ClientRequestToken=11111111…)"
    )
    assert re.fullmatch(r"     → ARN=arn:…-\w{6}, Name=n, VersionId=11111111…", answered)


def test_values_of_a_batch_are_told_as_lengths(
    client: SecretsManagerClient, told: Transcript, capsys: pytest.CaptureFixture[str]
) -> None:
    with quietly():
        client.create_secret(Name="n", SecretBinary=b"hunter2")

    client.batch_get_secret_value(SecretIdList=["n"])

    assert "SecretBinary: 7 bytes, hidden" in capsys.readouterr().out


def test_a_refused_call_is_told_by_its_code(
    client: SecretsManagerClient, told: Transcript, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ClientError):
        client.get_secret_value(SecretId="missing")

    assert lines(capsys)[1:] == ["     → ResourceNotFoundException"]


def test_a_call_whose_answer_is_lost_is_told_by_the_error_alone(
    client: SecretsManagerClient, told: Transcript, capsys: pytest.CaptureFixture[str]
) -> None:
    client.meta.events.register("before-send.secretsmanager", lose_answers)
    with pytest.raises(ZeroDivisionError):
        client.describe_secret(SecretId="n")

    assert lines(capsys) == ["   DescribeSecret(SecretId=n)", "     → ZeroDivisionError"]


def test_a_call_that_answers_nothing_is_told_as_done(
    client: SecretsManagerClient, told: Transcript, capsys: pytest.CaptureFixture[str]
) -> None:
    client.create_secret(Name="n")
    client.tag_resource(SecretId="n", Tags=[])

    assert lines(capsys)[-2:] == ["   TagResource(SecretId=n, Tags=[])", "     → done"]


def test_a_call_that_botocore_refuses_to_make_is_neither_told_nor_counted(
    client: SecretsManagerClient, told: Transcript, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ParamValidationError):
        client.create_secret(Name="n", Tags=[{1: "x"}], SecretString=5)  # type: ignore[arg-type,misc]

    assert told.calls == {}
    assert lines(capsys) == []


def test_calls_are_counted_by_operation_refused_and_lost_ones_too(
    client: SecretsManagerClient, told: Transcript
) -> None:
    call_everything(client)

    assert told.calls == {
        "CreateSecret": 4,
        "PutSecretValue": 3,
        "UpdateSecret": 2,
        "GetSecretValue": 2,
        "BatchGetSecretValue": 1,
        "GetRandomPassword": 1,
    }


def test_calls_of_many_threads_are_counted_and_told_whole(
    client: SecretsManagerClient, told: Transcript, capsys: pytest.CaptureFixture[str]
) -> None:
    with quietly():
        client.create_secret(Name="n", SecretString="hunter2")

    with often_switching(), ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: client.tag_resource(SecretId="n", Tags=[]), range(80)))

    told_lines = lines(capsys)
    assert told.calls["TagResource"] == 80
    assert Counter(line.strip()[0] for line in told_lines[::2]) == {"T": 80}
    assert Counter(line.strip()[0] for line in told_lines[1::2]) == {"→": 80}


def test_quiet_calls_are_counted_and_not_told(
    client: SecretsManagerClient, told: Transcript, capsys: pytest.CaptureFixture[str]
) -> None:
    with quietly():
        client.list_secrets()

    assert told.calls == {"ListSecrets": 1}
    assert lines(capsys) == []


def test_calls_are_told_again_after_a_quiet_block_that_failed(
    client: SecretsManagerClient, told: Transcript, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ZeroDivisionError), quietly():
        lose_answers()

    client.list_secrets()

    assert len(lines(capsys)) == 2


def test_a_quiet_block_inside_another_leaves_that_one_quiet(
    client: SecretsManagerClient, told: Transcript, capsys: pytest.CaptureFixture[str]
) -> None:
    with quietly():
        with quietly():
            pass
        client.list_secrets()

    assert lines(capsys) == []


def test_clients_made_in_the_block_are_heard_by_their_session(client: SecretsManagerClient) -> None:
    transcript = Transcript()

    with transcript.listening(client.meta.events, default_session().events):
        client.list_secrets()
        get_secrets_client().list_secrets()

    assert transcript.calls == {"ListSecrets": 2}


def test_nothing_is_heard_after_the_block(client: SecretsManagerClient) -> None:
    transcript = Transcript()
    with (
        pytest.raises(ZeroDivisionError),
        transcript.listening(client.meta.events, default_session().events),
    ):
        lose_answers()

    client.list_secrets()
    get_secrets_client().list_secrets()

    assert transcript.calls == {}


def test_the_summary_names_calls_by_operation_and_their_price() -> None:
    transcript = Transcript()
    transcript.calls.update({"PutSecretValue": 1, "GetSecretValue": 19_999})

    assert transcript.summary() == (
        "20000 calls: GetSecretValue 19999, PutSecretValue 1.\n"
        "On AWS these calls cost $0.100000, and every secret $0.40 for each month it is kept."
    )


@pytest.mark.parametrize(
    ("terminal", "variables", "coloured"),
    [
        (True, {}, True),
        (True, {"NO_COLOR": ""}, True),
        (True, {"NO_COLOR": "0"}, False),
        (True, {"TERM": "dumb"}, False),
        (False, {}, False),
    ],
)
def test_colour_is_for_terminals_that_have_it_and_people_who_want_it(
    monkeypatch: pytest.MonkeyPatch, terminal: bool, variables: dict[str, str], coloured: bool
) -> None:
    stdout = io.StringIO()
    monkeypatch.setattr(stdout, "isatty", lambda: terminal)
    monkeypatch.setattr(sys, "stdout", stdout)
    for name, value in {"TERM": "xterm", "NO_COLOR": "", **variables}.items():
        monkeypatch.setenv(name, value)

    assert styled("text", RED) == ("\x1b[31mtext\x1b[0m" if coloured else "text")


def test_a_step_is_a_line_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    step("1. Begin")

    assert capsys.readouterr().out == "\n1. Begin\n"


def test_what_is_told_fits_the_terminal_and_is_never_cut(
    client: SecretsManagerClient,
    told: Transcript,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    client.create_secret(Name="n", Description="word " * 30)

    told_lines = lines(capsys)

    assert max(map(len, told_lines)) <= 40
    assert "".join(told_lines).count("word") == 30
