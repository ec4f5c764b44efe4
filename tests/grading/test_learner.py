"""What is the learner's is never lost: their file, and the hints they have seen."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from secrets_manager.grading import learner
from secrets_manager.grading.curriculum import Task
from secrets_manager.lab.errors import LabError

if TYPE_CHECKING:
    from pathlib import Path

    from tests.grading.conftest import Toy

TASK = Task("9.1", "Read", "docs/patterns.md#read-safely", ("first", "second", "third"))
OTHER = Task("9.2", "Count", "docs/patterns.md#read-safely", ("one", "two", "three"))


@pytest.fixture(autouse=True)
def _own_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learner, "ROOT", tmp_path)
    monkeypatch.setattr(learner, "SEEN", tmp_path / "hints.json")
    monkeypatch.setattr(learner, "STUBS", tmp_path / "stubs")
    (tmp_path / "stubs").mkdir()


def test_hints_are_climbed_rung_by_rung_and_the_last_one_stays() -> None:
    told = [learner.next_hint(TASK) for _ in range(4)]

    assert [re.search("first|second|third", text)[0] for text in told] == [  # type: ignore[index]
        "first",
        "second",
        "third",
        "third",
    ]


def test_each_task_has_a_ladder_of_its_own() -> None:
    learner.next_hint(TASK)

    assert "hint 1 of 3" in learner.next_hint(OTHER)


def test_a_damaged_memory_of_hints_begins_anew(tmp_path: Path) -> None:
    (tmp_path / "hints.json").write_text('{"9.1": ')

    assert "hint 1 of 3" in learner.next_hint(TASK)


def test_a_hint_is_given_where_none_can_be_remembered() -> None:
    learner.SEEN.mkdir()

    assert "hint 1 of 3" in learner.next_hint(TASK)


def test_a_hint_names_the_section_to_read() -> None:
    assert TASK.docs in learner.next_hint(TASK)


def test_reset_puts_the_stub_back_and_keeps_the_learners_file(toy: Toy, tmp_path: Path) -> None:
    (tmp_path / "stubs" / "exercise_9.py").write_text("stub")
    toy.exercise.file.write_text("an evening's work")

    kept = learner.reset(toy.exercise)

    assert toy.exercise.file.read_text() == "stub"
    assert kept is not None
    assert kept.read_text() == "an evening's work"


def test_two_resets_keep_two_files(toy: Toy, tmp_path: Path) -> None:
    (tmp_path / "stubs" / "exercise_9.py").write_text("stub")
    kept = set()

    for work in ("monday", "tuesday"):
        toy.exercise.file.write_text(work)
        kept.add(learner.reset(toy.exercise))

    assert len(kept) == 2


def test_reset_of_an_untouched_file_keeps_no_copy(toy: Toy, tmp_path: Path) -> None:
    (tmp_path / "stubs" / "exercise_9.py").write_text("stub")
    toy.exercise.file.write_text("stub")

    assert learner.reset(toy.exercise) is None


def test_reset_brings_back_a_file_that_was_deleted(toy: Toy, tmp_path: Path) -> None:
    (tmp_path / "stubs" / "exercise_9.py").write_text("stub")

    learner.reset(toy.exercise)

    assert toy.exercise.file.read_text() == "stub"


def test_reset_moves_a_folder_or_a_link_to_nowhere_aside(toy: Toy, tmp_path: Path) -> None:
    (tmp_path / "stubs" / "exercise_9.py").write_text("stub")
    file, kept = toy.exercise.file, []

    file.mkdir()
    (file / "mine").write_text("work")
    kept.append(learner.reset(toy.exercise))
    file.unlink()
    file.symlink_to(tmp_path / "nowhere")
    kept.append(learner.reset(toy.exercise))

    assert kept[0] is not None
    assert kept[1] is not None
    assert (kept[0] / "mine").read_text() == "work"
    assert kept[1].is_symlink()
    assert not (tmp_path / "nowhere").exists()
    assert file.read_text() == "stub"


def test_reset_without_a_stub_loses_nothing(toy: Toy) -> None:
    toy.exercise.file.write_text("work")

    with pytest.raises(LabError, match="git checkout"):
        learner.reset(toy.exercise)

    assert toy.exercise.file.read_text() == "work"


def test_the_difference_is_from_the_learners_file_to_the_solution(toy: Toy) -> None:
    toy.exercise.file.write_text(toy.solution.replace("return None", "return 0"))

    shown = learner.difference(toy.exercise).splitlines()

    assert "-        return 0" in shown
    assert "+        return None" in shown
