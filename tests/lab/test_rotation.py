"""A handler is called as Lambda would call it, and finds the secret as AWS would have left it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from secrets_manager import get_secrets_client
from secrets_manager.lab import rotation
from secrets_manager.lab.rotation import AWSPENDING, STEPS, rotate_secret

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_secretsmanager.type_defs import DescribeSecretResponseTypeDef

OLD, NEW = "old value", "new value"

pytestmark = pytest.mark.usefixtures("staging")


@pytest.fixture(params=["in moto", "by answers"])
def staging(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stage a rotation in both ways: inside moto, and as for LocalStack and AWS."""
    if request.param == "by answers":
        monkeypatch.setattr(rotation, "is_moto", lambda: False)
    monkeypatch.setattr(rotation, "_begun", {})


@pytest.fixture
def arn(client: SecretsManagerClient) -> str:
    return client.create_secret(Name="name", SecretString=OLD)["ARN"]


class Handler:
    """A right handler that remembers its events, fails where told to, and may tidy up itself."""

    def __init__(
        self,
        fails_at: str = "",
        look: Callable[[SecretsManagerClient, str, str], object] = lambda *_: None,
        client: SecretsManagerClient | None = None,
        tidy: bool = False,
    ) -> None:
        self.fails_at, self.look, self.tidy = fails_at, look, tidy
        self.client = client
        self.events: list[dict[str, str]] = []
        self.seen: list[object] = []

    def __call__(self, event: dict[str, str], context: object) -> None:
        """Carry out one step."""
        client = self.client or get_secrets_client()
        arn, token, step = event["SecretId"], event["ClientRequestToken"], event["Step"]
        self.events.append(event)
        self.seen.append(self.look(client, arn, token))
        if step == self.fails_at:
            raise ZeroDivisionError
        if step == "createSecret":
            create_pending(client, arn, token)
        if step == "finishSecret":
            promote(client, arn, token)
            if self.tidy:
                drop_pending(client, arn, token)

    @property
    def tokens(self) -> set[str]:
        """The tokens of all rotations."""
        return {event["ClientRequestToken"] for event in self.events}


def create_pending(client: SecretsManagerClient, arn: str, token: str) -> None:
    client.put_secret_value(
        SecretId=arn, ClientRequestToken=token, SecretString=NEW, VersionStages=[AWSPENDING]
    )


def promote(client: SecretsManagerClient, arn: str, token: str) -> None:
    client.update_secret_version_stage(
        SecretId=arn,
        VersionStage="AWSCURRENT",
        MoveToVersionId=token,
        RemoveFromVersionId=holder(client, "AWSCURRENT"),
    )


def drop_pending(client: SecretsManagerClient, arn: str, token: str) -> None:
    client.update_secret_version_stage(
        SecretId=arn, VersionStage=AWSPENDING, RemoveFromVersionId=token
    )


def holder(client: SecretsManagerClient, label: str) -> str:
    """Return the version that has this label, or nothing."""
    versions = client.describe_secret(SecretId="name")["VersionIdsToStages"]
    return next((version for version, labels in versions.items() if label in labels), "")


def described(client: SecretsManagerClient, arn: str, token: str) -> tuple[list[str], bool]:
    """Return the labels of the token's version, and whether rotation is enabled."""
    secret: DescribeSecretResponseTypeDef = client.describe_secret(SecretId=arn)
    return secret["VersionIdsToStages"].get(token, []), secret["RotationEnabled"]


def reading(**which: str) -> Callable[[SecretsManagerClient, str, str], object]:
    """Return a look at the code that a read of the pending version ends in."""

    def look(client: SecretsManagerClient, arn: str, token: str) -> object:
        named = {name: value or token for name, value in which.items()}
        try:
            return client.get_secret_value(SecretId=arn, **named)["SecretString"]
        except ClientError as error:
            return error.response["Error"]["Code"]

    return look


def test_the_four_steps_come_in_order_as_lambdas_events(
    client: SecretsManagerClient, arn: str
) -> None:
    handler = Handler()

    token = rotate_secret(client, "name", handler)

    assert handler.events == [
        {"SecretId": arn, "ClientRequestToken": token, "Step": step} for step in STEPS
    ]
    assert STEPS == ("createSecret", "setSecret", "testSecret", "finishSecret")
    assert str(uuid.UUID(token)) == token


def test_the_handler_finds_its_token_labelled_awspending_and_rotation_enabled(
    client: SecretsManagerClient, arn: str
) -> None:
    handler = Handler(look=described)

    rotate_secret(client, arn, handler)

    assert handler.seen == [([AWSPENDING], True)] * 4


@pytest.mark.parametrize(
    "which",
    [
        {"VersionStage": AWSPENDING},
        {"VersionId": ""},
        {"VersionId": "", "VersionStage": AWSPENDING},
    ],
)
def test_a_version_without_a_value_is_not_found_until_it_has_one(
    client: SecretsManagerClient, arn: str, which: dict[str, str]
) -> None:
    handler = Handler(look=reading(**which))

    rotate_secret(client, arn, handler)

    assert handler.seen == ["ResourceNotFoundException", NEW, NEW, NEW]


def test_a_handler_that_brings_its_own_client_finds_the_same(
    client: SecretsManagerClient, arn: str
) -> None:
    handler = Handler(look=described, client=client)

    rotate_secret(client, arn, handler)

    assert handler.seen == [([AWSPENDING], True)] * 4


def test_a_handler_that_keeps_its_client_finds_the_next_rotation_too(
    client: SecretsManagerClient, arn: str
) -> None:
    handler = Handler(look=described)

    def keeping_its_client(event: dict[str, str], context: object) -> None:
        handler.client = handler.client or get_secrets_client()
        handler(event, context)

    rotate_secret(client, arn, keeping_its_client)
    rotate_secret(client, arn, keeping_its_client)

    assert handler.seen == [([AWSPENDING], True)] * 8


def test_another_secret_is_shown_as_it_is(client: SecretsManagerClient, arn: str) -> None:
    client.create_secret(Name="other", SecretString=OLD)

    def look(client: SecretsManagerClient, arn: str, token: str) -> object:
        other: Any = client.describe_secret(SecretId="other")
        return len(other["VersionIdsToStages"]), other.get("RotationEnabled", False)

    handler = Handler(look=look)
    rotate_secret(client, arn, handler)

    assert handler.seen == [(1, False)] * 4


@pytest.mark.parametrize("tidy", [False, True])
def test_after_success_the_new_version_is_current_and_nothing_is_pending(
    client: SecretsManagerClient, arn: str, tidy: bool
) -> None:
    token = rotate_secret(client, arn, Handler(tidy=tidy))

    assert holder(client, "AWSCURRENT") == token
    assert holder(client, AWSPENDING) == ""
    assert client.get_secret_value(SecretId=arn)["SecretString"] == NEW


def test_a_handler_that_drops_awspending_sees_it_dropped(
    client: SecretsManagerClient, arn: str
) -> None:
    def handler(event: dict[str, str], context: object) -> None:
        right(event, context)
        if event["Step"] == "finishSecret":
            seen.append(described(get_secrets_client(), arn, event["ClientRequestToken"])[0])

    seen: list[list[str]] = []
    right = Handler(tidy=True)
    rotate_secret(client, arn, handler)

    assert seen == [["AWSCURRENT"]]


@pytest.mark.parametrize("step", STEPS)
def test_after_a_failing_step_the_same_token_comes_again(
    client: SecretsManagerClient, arn: str, step: str
) -> None:
    handler = Handler(fails_at=step)
    with pytest.raises(ZeroDivisionError):
        rotate_secret(client, arn, handler)

    handler.fails_at = ""
    rotate_secret(client, arn, handler)

    assert len(handler.tokens) == 1
    assert [event["Step"] for event in handler.events[-4:]] == [*STEPS]
    assert holder(client, AWSPENDING) == ""


@pytest.mark.parametrize("step", STEPS)
def test_a_failed_rotation_leaves_awscurrent_where_it_was(
    client: SecretsManagerClient, arn: str, step: str
) -> None:
    before = holder(client, "AWSCURRENT")

    with pytest.raises(ZeroDivisionError):
        rotate_secret(client, arn, Handler(fails_at=step))

    assert holder(client, "AWSCURRENT") == before
    assert client.get_secret_value(SecretId=arn)["SecretString"] == OLD


def test_a_new_rotation_gets_a_new_token(client: SecretsManagerClient, arn: str) -> None:
    handler = Handler()

    rotate_secret(client, arn, handler)
    rotate_secret(client, arn, handler)

    assert len(handler.tokens) == 2


def test_a_new_rotation_gets_a_new_token_though_an_older_client_put_the_value(
    client: SecretsManagerClient, arn: str
) -> None:
    handler = Handler(client=get_secrets_client())

    rotate_secret(client, arn, handler)
    rotate_secret(client, arn, handler)

    assert len(handler.tokens) == 2


def test_a_new_token_comes_where_an_operator_dropped_awspending(
    client: SecretsManagerClient, arn: str
) -> None:
    handler = Handler(fails_at="setSecret")
    with pytest.raises(ZeroDivisionError):
        rotate_secret(client, arn, handler)
    drop_pending(client, arn, *handler.tokens)

    handler.fails_at = ""
    rotate_secret(client, arn, handler)

    assert len(handler.tokens) == 2


def test_awspending_left_on_the_current_version_hinders_no_rotation(
    client: SecretsManagerClient, arn: str
) -> None:
    current = holder(client, "AWSCURRENT")
    client.update_secret_version_stage(
        SecretId=arn, VersionStage=AWSPENDING, MoveToVersionId=current
    )
    handler = Handler(look=reading(VersionStage=AWSPENDING))

    token = rotate_secret(client, arn, handler)

    assert handler.seen[0] == "ResourceNotFoundException"
    assert holder(client, "AWSCURRENT") == token != current


def test_a_version_that_was_never_made_current_stays_pending(
    client: SecretsManagerClient, arn: str
) -> None:
    def forgetful(event: dict[str, str], context: object) -> None:
        if event["Step"] != "finishSecret":
            right(event, context)

    right = Handler()
    token = rotate_secret(client, arn, forgetful)

    assert holder(client, AWSPENDING) == token


def test_each_step_is_announced_before_and_after(client: SecretsManagerClient, arn: str) -> None:
    seen: list[str] = []

    def handler(event: dict[str, str], context: object) -> None:
        assert context is None
        seen.append(event["Step"])

    rotate_secret(
        client,
        arn,
        handler,
        before_step=lambda step: seen.append(f"before {step}"),
        after_step=lambda step: seen.append(f"after {step}"),
    )

    assert seen == [word for step in STEPS for word in (f"before {step}", step, f"after {step}")]


def test_a_secret_that_is_missing_is_refused_before_any_step(client: SecretsManagerClient) -> None:
    handler = Handler()

    with pytest.raises(ClientError) as caught:
        rotate_secret(client, "missing", handler)

    assert caught.value.response["Error"]["Code"] == "ResourceNotFoundException"
    assert handler.events == []
