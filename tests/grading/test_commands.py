"""The commands of the exercises: exit statuses, one JSON document, and plain words."""

from __future__ import annotations

import json
import os
import signal
from contextlib import nullcontext
from typing import TYPE_CHECKING

import pytest

from secrets_manager.grading import __main__ as commands
from secrets_manager.grading.curriculum import curriculum, exercise
from secrets_manager.grading.learner import STUBS
from secrets_manager.grading.proof import Proof
from secrets_manager.grading.verdict import CheckVerdict, Status, TaskVerdict, Verdict, Words
from secrets_manager.lab.errors import LabError

if TYPE_CHECKING:
    from pathlib import Path

    from secrets_manager.grading.curriculum import Exercise

STUB = STUBS / "exercise_1.py"


def verdict(each: Exercise, status: Status) -> Verdict:
    """Return a verdict on an exercise, every task of one status."""
    words = Words("what happened.", "What is wanted.") if status is Status.FAIL else None
    tasks = tuple(
        TaskVerdict(task.id, (CheckVerdict("test_x", status, words),)) for task in each.tasks
    )
    return Verdict(each.number, tasks)


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> list[Status]:
    """Let every judgement find these statuses, in turn; the last one stays."""
    statuses = [Status.TODO]

    def judge(each: Exercise, **_: object) -> Verdict:
        return verdict(each, statuses[0] if len(statuses) == 1 else statuses.pop(0))

    monkeypatch.setattr(commands, "judge", judge)
    monkeypatch.setattr(commands, "ready", lambda *_: nullcontext())
    monkeypatch.setattr("secrets_manager.grading.learner.expect_solutions", lambda: None)
    monkeypatch.delenv("STRICT", raising=False)
    return statuses


@pytest.mark.parametrize(
    ("status", "strict", "expected"),
    [
        *((Status.TODO, "", 0), (Status.PASS, "", 0), (Status.FAIL, "", 1)),
        *((Status.TODO, "1", 1), (Status.PASS, "1", 0), (Status.FAIL, "1", 1)),
        *((Status.ERROR, "", 1), (Status.TODO, "yes", 1), (Status.TODO, "0", 0)),
    ],
)
def test_an_exit_status_tells_wrong_from_todo(
    found: list[Status],
    monkeypatch: pytest.MonkeyPatch,
    status: Status,
    strict: str,
    expected: int,
) -> None:
    monkeypatch.setenv("STRICT", strict)
    found[:] = [status]

    assert commands.main(["test", "1"]) == expected


def test_all_exercises_are_judged_when_the_first_is_wrong(
    found: list[Status], capsys: pytest.CaptureFixture[str]
) -> None:
    found[:] = [Status.FAIL, Status.TODO]

    assert commands.main(["test"]) == 1
    assert capsys.readouterr().out.count("Exercise ") == len(curriculum())


def test_progress_is_never_wrong(found: list[Status]) -> None:
    found[:] = [Status.FAIL]

    assert commands.main(["progress"]) == 0


def test_a_verdict_is_one_json_document(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = commands.main(["judge", "--exercise", "1", "--json", str(STUB)])

    document = json.loads(capsys.readouterr().out)
    assert status == 1
    assert (document["version"], document["exercise"], document["status"]) == (3, "1", "todo")
    assert [task["id"] for task in document["tasks"]] == [task.id for task in exercise("1").tasks]
    assert set(document["tasks"][0]["checks"][0]) == {"name", "status", "message", "mistake"}


@pytest.mark.parametrize("content", ["def load(:\n", "import os; os._exit(0)\n", None])
def test_a_file_that_cannot_be_judged_has_a_status_of_its_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str | None
) -> None:
    file = tmp_path / "mine.py"
    if content is not None:
        file.write_text(content)

    status = commands.main(["judge", "--exercise", "1", "--json", str(file)])

    assert status == 2
    assert json.loads(capsys.readouterr().out)["status"] == "error"


def test_an_unknown_exercise_is_named_with_the_known_ones(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert commands.main(["test", "99"]) == 2
    assert "There is no exercise 99: choose 1, 2, 3" in capsys.readouterr().err


def test_a_solution_is_not_shown_before_the_learners_own_passes(
    found: list[Status], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("SHOW", raising=False)

    assert commands.main(["solution", "1"]) == 2
    assert "SHOW=1 make solution-1" in capsys.readouterr().err


def test_a_solution_is_shown_to_who_insists(
    found: list[Status], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SHOW", "1")
    monkeypatch.setattr("secrets_manager.grading.learner.difference", lambda exercise: "+ the line")

    assert commands.main(["solution", "1"]) == 0
    assert "+ the line" in capsys.readouterr().out


@pytest.mark.parametrize(
    "command",
    [["solution", "1"], ["check"], ["check", "1"], ["new-exercise", "4", "A"], ["handout"]],
)
def test_a_copy_without_solutions_says_so_and_does_nothing(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    command: list[str],
) -> None:
    monkeypatch.setattr("secrets_manager.grading.learner.EXERCISES", tmp_path)
    monkeypatch.setattr(commands, "_run", lambda _: pytest.fail("it went on"))

    assert commands.main(command) == 2
    assert capsys.readouterr().err == (
        "This copy of the course has no solutions: ask whoever gave it to you\n"
    )


@pytest.mark.parametrize(
    ("found_out", "strict", "status"),
    [
        *(({}, "", 0), ({}, "1", 0), ({"to_write": ["the story"]}, "", 0)),
        *(({"to_write": ["the story"]}, "1", 1), ({"problems_of": ["no hint"]}, "", 1)),
        *(({"strays": ["notes.txt"]}, "", 1), ({"handout.leaks": ["a line"]}, "", 1)),
    ],
)
def test_a_check_lists_what_is_wrong_or_to_write_and_only_what_is_wrong_fails(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    found_out: dict[str, list[str]],
    strict: str,
    status: int,
) -> None:
    monkeypatch.setenv("STRICT", strict)
    monkeypatch.setattr("secrets_manager.grading.learner.expect_solutions", lambda: None)
    monkeypatch.setattr(commands, "expect_files", lambda _: None)
    monkeypatch.setattr(commands, "ready", lambda *_: nullcontext())
    monkeypatch.setattr(commands, "prove", lambda exercises, *_: [*map(Proof, exercises)])
    for name in ("to_write", "problems_of", "strays", "handout.leaks", "handout.in_the_making"):
        said = found_out.get(name, [])
        monkeypatch.setattr(f"{commands.__name__}.{name}", lambda *_, said=said: said)

    assert commands.main(["check", "1"]) == status
    out = capsys.readouterr().out
    assert all(sentence in out for sentences in found_out.values() for sentence in sentences)


def test_an_upgrade_from_nowhere_says_what_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.main(["upgrade", ""]) == 2
    assert "make upgrade FROM=handout.zip" in capsys.readouterr().err


def test_a_hint_is_for_the_first_task_that_is_not_done(
    found: list[Status],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("secrets_manager.grading.learner.SEEN", tmp_path / "hints.json")

    assert commands.main(["hint", "1"]) == 0
    assert "Task 1.1" in capsys.readouterr().out


def test_a_watch_judges_at_once_and_ends_on_ctrl_c(
    found: list[Status], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(_seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("time.sleep", interrupt)

    assert commands.main(["watch", "1"]) == 0
    assert "Exercise 1" in capsys.readouterr().out


def test_a_fault_of_the_lab_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        message = "no room. Then: make test"
        raise LabError(message)

    monkeypatch.setattr(commands, "ready", fail)

    assert commands.main(["test", "1"]) == 2
    assert capsys.readouterr().err == "no room. Then: make test\n"


def test_a_reader_that_leaves_is_no_traceback(
    found: list[Status], monkeypatch: pytest.MonkeyPatch
) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with open(writing, "w") as screen:  # noqa: PTH123 - It has no path.
        monkeypatch.setattr("sys.stdout", screen)

        assert commands.main(["progress"]) == 128 + signal.SIGPIPE
