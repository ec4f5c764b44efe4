"""The proof that a grader grades, on an exercise whose grader does, until it is spoilt."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from secrets_manager.grading import series
from secrets_manager.grading.proof import checks_of
from secrets_manager.grading.workers import in_forks

if TYPE_CHECKING:
    from pathlib import Path

    from tests.grading.conftest import Toy

ASSERTIONS = {
    "stripped": 'expect(same(result, value), f"read returned {told(result)}")',
    "empty_text_for_nothing": 'expect(result is None, f"read returned {told(result)}")',
    "characters": 'expect(same(exercise.length("é"), 2), "length counted otherwise")',
}


def test_nothing_is_found_where_everything_holds(toy: Toy, tmp_path: Path) -> None:
    proof = toy.prove(tmp_path)

    assert proof.problems == []
    assert [(row.task.id, row.checks, row.caught) for row in proof.rows] == [
        ("9.1", 2, 2),
        ("9.2", 1, 1),
    ]


@pytest.mark.parametrize("mistake", ASSERTIONS)
def test_without_an_assertion_a_mistake_slips_through_and_is_named(
    toy: Toy, tmp_path: Path, mistake: str
) -> None:
    toy.edit_checks(ASSERTIONS[mistake], 'exercise.length("")')

    problems = toy.prove(tmp_path).problems

    assert any(f"mistake {mistake} slips through" in problem for problem in problems)


def test_an_assertion_that_no_mistake_fails_is_named(toy: Toy, tmp_path: Path) -> None:
    toy.edit_checks(
        'expect(same(exercise.length("é")', 'expect(True, "")\n    expect(same(exercise.length("é")'
    )

    [problem] = toy.prove(tmp_path).problems

    assert "no mistake fails here: expect(True" in problem


def test_a_mistake_that_is_told_as_something_else_is_named(toy: Toy, tmp_path: Path) -> None:
    toy.edit_checks("length counted otherwise", "length is wrong")

    problems = toy.prove(tmp_path).problems

    assert "mistake characters fails in test_length_is_counted on moto, but is told" in problems[0]


def test_a_mistake_that_fails_an_earlier_task_is_named(toy: Toy, tmp_path: Path) -> None:
    toy.edit_mistake("characters", "def length(text): return len(text)\ndef read(*_): return 1")

    problems = toy.prove(tmp_path).problems

    assert (
        "mistake characters fails in test_a_value_is_read, of an earlier task, on moto" in problems
    )


def test_a_mistake_without_a_file_is_named(toy: Toy, tmp_path: Path) -> None:
    (toy.exercise.mistakes / "characters.py").unlink()

    problems = toy.prove(tmp_path).problems

    assert any("mistake characters: has no file" in problem for problem in problems)


def test_a_solution_that_fails_is_named(toy: Toy, tmp_path: Path) -> None:
    toy.exercise.solution.write_text(toy.solution.replace("text.encode()", "text"))

    [problem] = toy.prove(tmp_path).problems

    assert "the solution is fail in test_length_is_counted, not pass" in problem


def test_a_variant_that_is_refused_is_named(toy: Toy, tmp_path: Path) -> None:
    (toy.exercise.variants / "half_done.py").write_text("def length(text): return 2")

    problems = toy.prove(tmp_path).problems

    assert {problem.partition(" is ")[0] for problem in problems} == {"half_done"}


def test_a_stub_that_passes_a_check_is_named(toy: Toy, tmp_path: Path) -> None:
    toy.edit_checks(
        '    expect(same(exercise.length("é"), 2), "length counted otherwise")', "    pass"
    )

    problems = toy.prove(tmp_path).problems

    assert "the stub is pass in test_length_is_counted, not todo: None" in problems


def test_checks_are_found_with_their_tasks(toy: Toy) -> None:
    assert checks_of(toy.exercise) == {
        "test_a_value_is_read": "9.1",
        "test_a_missing_secret_is_none": "9.1",
        "test_length_is_counted": "9.2",
    }


def test_a_series_that_is_cut_short_is_an_error(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(series._Series, "_outcome", interrupted)
    jobs = [
        series.Job("the solution", toy.exercise.solution, frozenset(["test_length_is_counted"]))
    ]
    call = partial(series.judge_series, toy.exercise, jobs, ("moto",))

    with pytest.raises(RuntimeError, match="0 of 1 files"):
        [*in_forks([call])]
