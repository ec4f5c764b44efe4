"""The words that checks are written with find what they are asked to find."""

from __future__ import annotations

import pytest

from secrets_manager.grading.checks import error_of, leak_in

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
