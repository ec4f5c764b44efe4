"""The rules of the course's files, each broken once in a draft that keeps them all."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from secrets_manager.grading.course import (
    MISTAKES,
    VARIANTS,
    answer_to,
    expect_files,
    problems_of,
    strays,
    telling_lines,
    to_write,
)
from secrets_manager.grading.curriculum import ROOT, curriculum
from secrets_manager.grading.proof import checks_of
from secrets_manager.lab.errors import LabError

if TYPE_CHECKING:
    from tests.workbench.conftest import Copy

NUMBER = str(len(curriculum()) + 1)
STUB, SOLUTION = "exercises/.stubs/exercise_N.py", "exercises/solutions/exercise_N.py"
CHECKS, ENTRY = "tests/exercises/test_exercise_N.py", "exercises/curriculum.toml"
MISTAKE = "exercises/mistakes/exercise_N/missing_is_empty.py"
HINT = "To write: a nudge, as a question."

BROKEN = {
    "a signature": (SOLUTION, "secret_name: str)", "name: str)", "the signature of value_of"),
    "a docstring": (SOLUTION, "Return the secret", "Give the secret", "the docstring of value_of"),
    "a name": (SOLUTION, "def value_of", "def other", "has no value_of"),
    "the command": (STUB, "make test-", "make try-", "does not name the command make test-"),
    "a task of the story": (STUB, f"{NUMBER}.1  ", "9.9  ", "tells the tasks ['9.9']"),
    "no function": (STUB, "value_of: To", "all: To", "names no function of the solution"),
    "a task of a check": (CHECKS, f'@task("{NUMBER}.1")', '@task("9.9")', "has no check"),
    "an unknown task": (CHECKS, f'@task("{NUMBER}.1")', '@task("9.9")', "checks of a task 9.9"),
    "a long hint": (ENTRY, HINT, "a word " * 80, "hint 1 is as long as the answer"),
    "a telling hint": (
        *(
            ENTRY,
            HINT,
            "Write `if error.response['Error']['Code']  == 'ResourceNotFoundException':`",
        ),
        "hint 1 gives a line of the answer away: if error.response",
    ),
    "a section": ("docs/patterns.md", "## A sample\n", "## Another\n", "there is no such section"),
    "a page": (ENTRY, "patterns.md#a-sample", "none.md#a-sample", "there is no such section"),
    "a cure": (
        ENTRY,
        'empty one." }',
        'empty one.", docs = "docs/patterns.md#x" }',
        "mistake missing_is_empty points",
    ),
    "a mistake's file": (ENTRY, "missing_is_empty =", "other =", "has no file"),
    "a mistake's name": (ENTRY, "missing_is_empty =", "other =", "is not named in the curriculum"),
    "a mistake's docstring": (MISTAKE, '"""To', '_ = """To', "has no docstring"),
}


def test_a_draft_keeps_every_rule(drafted: Copy) -> None:
    assert problems_of(drafted.exercise) == []


@pytest.mark.parametrize(("path", "old", "new", "said"), BROKEN.values(), ids=BROKEN)
def test_a_broken_rule_is_one_sentence(
    drafted: Copy, path: str, old: str, new: str, said: str
) -> None:
    drafted.change(path, old, new)

    assert any(said in problem for problem in problems_of(drafted.exercise))


@pytest.mark.parametrize("path", [STUB, SOLUTION, CHECKS])
def test_a_file_that_is_missing_or_not_python_is_named(drafted: Copy, path: str) -> None:
    expect_files(drafted.exercise)
    file = drafted.root / path.replace("N", NUMBER)

    file.write_text("x = 1\ndef half(:\n")
    with pytest.raises(LabError, match=rf"{file.name}:2 is not Python: .*make check-{NUMBER}"):
        expect_files(drafted.exercise)
    file.unlink()
    with pytest.raises(LabError, match=f"{file.name} is not there, and exercise {NUMBER} needs it"):
        expect_files(drafted.exercise)


def test_an_answer_is_what_the_story_names_and_the_helpers_that_it_calls(drafted: Copy) -> None:
    given = "\n\ndef given():\n    return 1\n\n\n"
    drafted.change(STUB, "\n\ndef value_of", f"{given}def value_of")
    drafted.change(SOLUTION, "\n\ndef value_of", f"{given}def value_of")
    helpers = (
        "def _a():\n    return _b() + given()\n\n\ndef _b():\n    pass\n\n\ndef _c():\n    _a()\n"
    )
    drafted.change(SOLUTION, 'answer.get("SecretString")\n', f'_a().get("x")\n\n\n{helpers}')

    answer = answer_to(drafted.exercise, drafted.exercise.tasks[0])

    assert [function.name for function in answer] == ["value_of", "_a", "_b"]


def test_a_line_tells_when_it_is_long_and_stands_nowhere_else(drafted: Copy) -> None:
    [function] = answer_to(drafted.exercise, drafted.exercise.tasks[0])

    lines = telling_lines([function], "if error.response['Error']['Code'] ==\n  'ResourceNotFound")
    known = telling_lines([function], 'return answer.get("SecretString")')

    assert "return answer.get('SecretString')" in lines
    assert "return answer.get('SecretString')" not in known
    assert "return None" not in lines


def test_a_file_that_belongs_to_no_exercise_is_a_stray(drafted: Copy) -> None:
    for path in (
        "notes.txt",
        "exercise_77.py",
        "solutions/old.py",
        f"mistakes/exercise_{NUMBER}/a",
    ):
        (drafted.root / "exercises" / path).write_text("")

    found = strays([drafted.exercise], drafted.root / "exercises")

    assert [stray.split()[0].removeprefix("exercises/") for stray in found] == [
        *("exercise_77.py", f"mistakes/exercise_{NUMBER}/a", "notes.txt", "solutions/old.py")
    ]


def test_what_a_reset_has_kept_is_no_stray(drafted: Copy) -> None:
    kept = f"exercise_{NUMBER}.2026-11-25-101112-000001.py"
    (drafted.root / "exercises" / kept).write_text("")

    assert strays([drafted.exercise], drafted.root / "exercises") == []


def test_what_is_still_to_write_is_listed_with_its_place(drafted: Copy) -> None:
    listed = to_write(drafted.exercise)

    assert f"exercises/curriculum.toml, hint 1 of task {NUMBER}.1: a nudge, as a question" in listed
    assert any(line.startswith("docs/patterns.md#a-sample: the problem") for line in listed)
    assert any(line.startswith(STUB.replace("N", NUMBER)) for line in listed)
    assert f"exercises/variants/exercise_{NUMBER}: 4 more variants, 0 of 4" in listed


def test_nothing_is_to_write_in_a_finished_exercise(drafted: Copy) -> None:
    exercise = drafted.exercise
    for path in (STUB, SOLUTION, CHECKS, MISTAKE, ENTRY, "docs/patterns.md"):
        drafted.change(path, "To write:", "Written:")
    for folder, count in ((exercise.mistakes, MISTAKES - 1), (exercise.variants, VARIANTS)):
        folder.mkdir(parents=True, exist_ok=True)
        for number in range(count):
            (folder / f"another_{number}.py").write_text('"""Another."""\n')

    assert to_write(drafted.exercise) == []


def test_the_readme_counts_checks_mistakes_and_solutions() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")

    for exercise in curriculum():
        variants = len([*exercise.variants.glob("*.py")])
        counts = len(checks_of(exercise)), len(exercise.known_mistakes), 1 + variants
        row = rf"^\| {exercise.number}, .* \| {counts[0]} \| {counts[1]} \| {counts[2]} \|$"
        assert re.search(row, readme, re.MULTILINE), f"exercise {exercise.number}: {counts}"
