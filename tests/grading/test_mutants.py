"""Mutants: which of them are judged, which pass, and what is known of those."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from secrets_manager.grading.mutants import Equivalent, Mutant, equivalents, survivors
from secrets_manager.lab.errors import LabError

if TYPE_CHECKING:
    from pathlib import Path

    from tests.grading.conftest import Toy


def mutant(toy: Toy, old: str, new: str, function: str = "read") -> Mutant:
    """Return the toy's solution with one change."""
    assert old in toy.solution
    return Mutant(function, 1, old, new, toy.solution.replace(old, new))


def test_a_mutant_that_a_check_fails_is_killed_and_one_that_passes_survives(toy: Toy) -> None:
    wrong = mutant(toy, "return None", "return 1")
    same = mutant(toy, "return None", "return")
    outside = mutant(toy, "text.encode()", "text", "length")

    found = survivors(toy.exercise, [wrong, same, outside], [], lambda what: None)

    assert (found.mutants, found.others) == (3, [same])


def test_a_survivor_that_is_listed_is_equivalent_and_an_entry_without_one_is_unused(
    toy: Toy,
) -> None:
    same = mutant(toy, "return None", "return")
    listed = Equivalent("9", "None is what a bare return returns", old="return…")
    stale = Equivalent("9", "was mended", function="length")

    found = survivors(toy.exercise, [same], [listed, stale], lambda what: None)

    assert (found.equivalent, found.others, found.unused) == (1, [], [stale])


@pytest.mark.parametrize(
    "text", ["no TOML", "[[equivalent]]\nexercise = '1'", "[[equivalent]]\nwhy = 'so'"]
)
def test_a_list_that_gives_no_reason_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "equivalent.toml").write_text(text)

    with pytest.raises(LabError, match=r"equivalent\.toml cannot be used"):
        equivalents(tmp_path / "equivalent.toml")


def test_a_solution_that_does_not_pass_is_told_before_any_mutant_is_judged(toy: Toy) -> None:
    toy.exercise.solution.write_text(toy.solution.replace("text.encode()", "text"))

    with pytest.raises(LabError, match="solution of exercise 9 does not pass"):
        survivors(toy.exercise, [], [], lambda what: None)
