"""The words that checks are written with find what they are asked to find."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError

from secrets_manager.grading.checks import answered, error_of, leak_in, same, told

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

VALUE = "~^|!~~^^"


def test_a_value_is_found_as_a_whole() -> None:
    assert leak_in(ValueError(f"cannot read {VALUE}"), [VALUE]) == "its text or attributes"


def test_a_part_of_a_value_is_no_value_unless_pieces_are_asked_for() -> None:
    assert leak_in(ValueError(f"begins with {VALUE[:4]}"), [VALUE]) is None


@pytest.mark.parametrize("part", [VALUE[:4], VALUE[2:6], VALUE[-4:]])
def test_a_piece_of_a_value_is_found_wherever_it_is_cut_out(part: str) -> None:
    error = ValueError("unusable")
    error.add_note(f"it has {part}")

    assert leak_in(error, ["other", VALUE], piece=4) == "its text or attributes"


def test_less_than_a_piece_is_not_found() -> None:
    assert leak_in(ValueError(f"begins with {VALUE[:3]}"), [VALUE], piece=4) is None


def test_a_value_that_is_shorter_than_a_piece_is_found_as_a_whole() -> None:
    error = ValueError("port 80")

    assert leak_in(error, ["80"], piece=4) == "its text or attributes"
    assert leak_in(error, ["8080"], piece=4) is None


def test_a_piece_is_found_in_a_frame_and_not_where_frames_do_not_count() -> None:
    def read() -> None:
        start = VALUE[:4]
        raise ValueError(len(start))

    error = error_of(read)
    assert error is not None

    found = leak_in(error, [VALUE], piece=4)
    found_without_frames = leak_in(error, [VALUE], frames=False, piece=4)

    assert found == "a local variable of read()"
    assert found_without_frames is None


class Silent(str):
    """A text that does not show itself."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "…"


class Agreeable(str):
    """A text that says that it equals everything."""

    __slots__ = ()
    __hash__ = str.__hash__

    def __eq__(self, _: object) -> bool:
        return True


def test_a_text_of_a_kind_of_its_own_is_the_same_by_its_letters_alone() -> None:
    assert same({"password": Silent(VALUE)}, {"password": VALUE})
    assert not same(Silent("other"), VALUE)
    assert not same(Agreeable("other"), VALUE)


def test_what_is_answered_in_the_place_of_aws_has_what_every_answer_has(
    client: SecretsManagerClient,
) -> None:
    def refuse(**_: Any) -> Any:
        return answered({"Error": {"Code": "AccessDeniedException"}}, 400)

    client.meta.events.register("before-call.secretsmanager.ListSecrets", refuse)
    with pytest.raises(ClientError) as raised:
        client.list_secrets()

    response = raised.value.response
    assert (response["Error"]["Code"], response["Error"]["Message"]) == (
        "AccessDeniedException",
        "as this check wants it",
    )
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert response["ResponseMetadata"]["RequestId"]


class SilentNumber(int):
    """A number that does not show itself."""

    def __repr__(self) -> str:
        return "…"


class AgreeableNumber(int):
    """A number that says that it equals everything."""

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = int.__hash__


def test_a_number_that_does_not_show_itself_is_that_number() -> None:
    assert same({"port": SilentNumber(5432)}, {"port": 5432})


@pytest.mark.parametrize(
    ("value", "wanted"),
    [(True, 1), (1, True), (0, False), (1.0, 1), (1, 1.0), (None, False), (AgreeableNumber(2), 1)],
)
def test_what_only_compares_equal_is_not_the_same(value: object, wanted: object) -> None:
    assert not same(value, wanted)


def test_an_error_of_botocore_is_told_with_its_parameters_and_without_their_values() -> None:
    client = boto3.client("secretsmanager", region_name="us-east-1")

    error = error_of(client.create_secret, secretId="x", SecretString=[VALUE], Tags=[{"Key": 1}])

    said = "ParamValidationError (Name, secretId, SecretString, Tags[0].Key)"
    assert told(error) == said
