"""A handout on a learner's machine: it tests itself, runs its examples, and comes up to date."""

from __future__ import annotations

import subprocess
import zipfile
from typing import TYPE_CHECKING

import pytest

from secrets_manager.grading.curriculum import curriculum
from secrets_manager.grading.handout import COURSE, leaks

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

pytestmark = pytest.mark.workbench


def test_a_handout_passes_its_own_tests_gives_nothing_away_and_is_upgraded(
    checkout: Path, tools: Mapping[str, str], tmp_path: Path
) -> None:
    """One test, as it builds two environments."""

    def make(folder: Path, *arguments: str, status: int = 0) -> str:
        run = subprocess.run(
            ["make", *arguments],
            cwd=folder,
            env={**tools, "LOCALSTACK_HOST": "localhost:9"},  # As with learners: it is not up.
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert run.returncode == status, f"make {' '.join(arguments)}\n{run.stdout[-5000:]}"
        return run.stdout

    handout = tmp_path / "course.zip"
    make(checkout, "handout", f"TO={handout}")
    with zipfile.ZipFile(handout) as archive:
        archive.extractall(tmp_path)
    copy = tmp_path / COURSE
    files = {str(path.relative_to(copy)): path for path in copy.rglob("*") if path.is_file()}

    assert [*leaks(curriculum(), {name: file.read_bytes() for name, file in files.items()})] == []
    assert "0 of " in make(copy, "test")
    assert make(copy, "examples").count("On AWS these calls cost") == 3
    for command in (
        *("check", "check-1", "handout", "solution-1", "new-exercise", "mutants", "faults"),
        *("test-lambda", "test-workbench", "bench-rotation", "bench-rotation-time", "timeline"),
    ):
        assert make(copy, command, status=2).startswith("This copy of the course has no solutions")
    assert "solution" not in make(copy)

    append(checkout / "docs" / "patterns.md", "\nOne line more.\n")
    append(copy / "exercises" / "exercise_1.py", "\n# An evening's work.\n")
    commit(checkout, tools)
    newer = tmp_path / "newer.zip"
    make(checkout, "handout", f"TO={newer}")

    told = make(copy, "upgrade", f"FROM={newer}")

    assert "exercises/exercise_1.py is as you wrote it." in told
    assert (copy / "docs" / "patterns.md").read_text("utf-8").endswith("One line more.\n")
    assert (copy / "exercises" / "exercise_1.py").read_text("utf-8").endswith("evening's work.\n")


def append(file: Path, text: str) -> None:
    file.write_text(file.read_text("utf-8") + text, "utf-8")


def commit(course: Path, tools: Mapping[str, str]) -> None:
    command = ["git", "commit", "--quiet", "--all", "--message", "One line more"]
    subprocess.run(command, cwd=course, env=tools, check=True)
