"""A small exercise of its own, so that the grader is tested without the course's."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from secrets_manager.grading.curriculum import ROOT, Exercise, Mistake, Task
from secrets_manager.grading.proof import prove
from secrets_manager.grading.runner import judge

if TYPE_CHECKING:
    from pathlib import Path

    from secrets_manager.grading.proof import Proof
    from secrets_manager.grading.verdict import CheckVerdict, Verdict

CHECKS = '''
from secrets_manager.grading.checks import error_of, expect, same, task, together, told


@task("9.1")
def test_a_value_is_read(exercise, client, canary):
    """The value comes back as it is, since a reader can use nothing less."""
    value = canary()
    client.create_secret(Name="shop/key", SecretString=value)

    result = exercise.read(client, "shop/key")

    expect(same(result, value), f"read returned {told(result)}")


@task("9.1")
def test_a_missing_secret_is_none(exercise, client):
    """A missing secret is None, as the shop may open without it."""
    result = exercise.read(client, "shop/missing")

    expect(result is None, f"read returned {told(result)}")


@task("9.2")
def test_length_is_counted(exercise, client):
    """The length is counted in bytes, as AWS does."""
    expect(same(exercise.length("é"), 2), "length counted otherwise")
'''
SOLUTION = """
from botocore.exceptions import ClientError


def read(client, name):
    try:
        return client.get_secret_value(SecretId=name)["SecretString"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        return None


def length(text):
    return len(text.encode())
"""
STUB = '''
def read(client, name):
    """Read."""
    raise NotImplementedError


def length(text):
    """Count."""
    raise NotImplementedError
'''

MISTAKE_FILES = {
    "stripped": """
def read(client, name):
    return client.get_secret_value(SecretId=name)["SecretString"][1:]
""",
    "empty_text_for_nothing": """
solved = read
def read(client, name):
    return solved(client, name) or ""
""",
    "characters": """
def length(text):
    return len(text)
""",
}
MISTAKES = {
    "9.1": (
        Mistake("stripped", "test_a_value_is_read", "read returned", "It looks cut.", "docs#cut"),
        Mistake(
            "empty_text_for_nothing",
            "test_a_missing_secret_is_none",
            "a str of length 0",
            "A text.",
            "d",
        ),
    ),
    "9.2": (Mistake("characters", "test_length_is_counted", "otherwise", "Characters.", "d"),),
}


@dataclass(frozen=True)
class ToyExercise(Exercise):
    """An exercise whose checks lie where a test has put them."""

    folder: Path = ROOT

    @property
    def file(self) -> Path:
        """Return the learner's file."""
        return self.folder / "exercise_9.py"

    @property
    def stub(self) -> Path:
        """Return the file as the learner first gets it."""
        return self.folder / "stub_9.py"

    @property
    def solution(self) -> Path:
        """Return the solved file."""
        return self.folder / "solution_9.py"

    @property
    def mistakes(self) -> Path:
        """Return the folder of the known wrong solutions."""
        return self.folder / "mistakes" / "exercise_9"

    @property
    def variants(self) -> Path:
        """Return the folder of other right solutions."""
        return self.folder / "variants" / "exercise_9"

    @property
    def checks(self) -> Path:
        """Return the file of the checks."""
        return self.folder / "checks" / "a" / "test_toy.py"


class Toy:
    """Judges learners' files in the place of the toy exercise."""

    solution, stub = SOLUTION, STUB

    def __init__(self, folder: Path) -> None:
        tasks = tuple(
            Task(f"9.{k}", f"Step {k}", "docs", ("a", "b", "c"), MISTAKES[f"9.{k}"]) for k in (1, 2)
        )
        self.exercise = ToyExercise("9", "Toy", tasks, folder=folder)
        self.exercise.checks.parent.mkdir(parents=True)
        self.exercise.checks.write_text(CHECKS)
        self.exercise.solution.write_text(SOLUTION)
        self.exercise.stub.write_text(STUB)
        self.exercise.mistakes.mkdir(parents=True)
        self.exercise.variants.mkdir(parents=True)
        for name, text in MISTAKE_FILES.items():
            (self.exercise.mistakes / f"{name}.py").write_text(text)

    def judge(self, source: str) -> Verdict:
        """Return the verdict on a learner's file of this content."""
        self.exercise.file.write_text(textwrap.dedent(source))
        return judge(self.exercise)

    def prove(self, folder: Path) -> Proof:
        """Return what is found about the toy exercise on moto."""
        [proof] = prove([self.exercise], ("moto",), folder, lambda what: None)
        return proof

    def edit_checks(self, old: str, new: str) -> None:
        """Change the file of the checks, which must hold *old*."""
        text = self.exercise.checks.read_text()
        assert old in text
        self.exercise.checks.write_text(text.replace(old, new))

    def edit_mistake(self, name: str, text: str) -> None:
        """Give a mistake another text."""
        (self.exercise.mistakes / f"{name}.py").write_text(text)


def check(verdict: Verdict, name: str) -> CheckVerdict:
    """Return one check of a verdict."""
    return next(each for task in verdict.tasks for each in task.checks if each.name == name)


@pytest.fixture
def toy(tmp_path: Path) -> Toy:
    """Return the toy exercise in a folder of its own."""
    return Toy(tmp_path)
