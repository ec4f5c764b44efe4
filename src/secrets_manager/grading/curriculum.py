"""The course's exercises and tasks, as exercises/curriculum.toml tells them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from secrets_manager.lab.errors import LabError

ROOT = Path(__file__).resolve().parents[3]
EXERCISES = ROOT / "exercises"
HINTS = 3


@dataclass(frozen=True)
class Mistake:
    """One known misconception: the check that catches it, and what a learner is told of it.

    *says* is a part of what that check says about it and about no other mistake; *belief* is the
    misconception in plain words, and *docs* the section that cures it.
    """

    name: str
    check: str
    says: str
    belief: str
    docs: str


@dataclass(frozen=True)
class Task:
    """One small step: its number, its title, its section in docs/, and a ladder of hints."""

    id: str
    title: str
    docs: str
    hints: tuple[str, ...]
    mistakes: tuple[Mistake, ...] = ()


@dataclass(frozen=True)
class Exercise:
    """One exercise and its tasks, in the order in which they are solved.

    *postgres* says whether its checks need a database.
    """

    number: str
    title: str
    tasks: tuple[Task, ...]
    postgres: bool = False

    @property
    def file(self) -> Path:
        """Return the file that the learner edits."""
        return EXERCISES / f"exercise_{self.number}.py"

    @property
    def stub(self) -> Path:
        """Return the file as the learner first gets it."""
        return EXERCISES / ".stubs" / self.file.name

    @property
    def solution(self) -> Path:
        """Return the solved file."""
        return EXERCISES / "solutions" / self.file.name

    @property
    def known_mistakes(self) -> tuple[Mistake, ...]:
        """Return every known mistake, in the order of the tasks."""
        return tuple(mistake for task in self.tasks for mistake in task.mistakes)

    @property
    def mistakes(self) -> Path:
        """Return the folder of the known wrong solutions, each an override of the solution."""
        return EXERCISES / "mistakes" / self.file.stem

    @property
    def variants(self) -> Path:
        """Return the folder of right solutions in other styles, each an override of the stub."""
        return EXERCISES / "variants" / self.file.stem

    @property
    def checks(self) -> Path:
        """Return the file of the checks that judge it."""
        return ROOT / "tests" / "exercises" / f"test_exercise_{self.number}.py"


def curriculum(path: Path = EXERCISES / "curriculum.toml") -> tuple[Exercise, ...]:
    """Return every exercise of the course.

    Raises:
        LabError: The file is missing, is not TOML, or lacks something.
    """
    try:
        document = tomllib.loads(path.read_text())
        return tuple(_exercise(entry) for entry in document["exercise"])
    except OSError:
        problem = "is not there; bring it back: git checkout exercises/curriculum.toml"
    except tomllib.TOMLDecodeError as error:
        problem = f"is not TOML: {error}"
    except KeyError as error:
        problem = f"lacks {error}"
    except ValueError as error:
        problem = str(error)
    message = f"{path.name} {problem}"
    raise LabError(message)


def exercise(number: str) -> Exercise:
    """Return one exercise by its number.

    Raises:
        LabError: There is none.
    """
    known = {each.number: each for each in curriculum()}
    if number not in known:
        message = f"There is no exercise {number}: choose {', '.join(known)}, as in: make test-1"
        raise LabError(message)
    return known[number]


def _exercise(entry: dict[str, Any]) -> Exercise:
    tasks = tuple(_task(task) for task in entry["task"])
    for task in tasks:
        if len(task.hints) != HINTS:
            message = f"must give task {task.id} {HINTS} hints, not {len(task.hints)}"
            raise ValueError(message)
    return Exercise(str(entry["number"]), entry["title"], tasks, entry.get("postgres", False))


def _task(entry: dict[str, Any]) -> Task:
    mistakes = tuple(
        Mistake(name, check, told["says"], told["belief"], told.get("docs", entry["docs"]))
        for check, known in entry.get("mistakes", {}).items()
        for name, told in known.items()
    )
    return Task(entry["id"], entry["title"], entry["docs"], tuple(entry["hints"]), mistakes)
