"""What was found about one exercise: checks by task, and one status for each level."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

JSON_VERSION = 3


class Status(StrEnum):
    """How a check, a task or an exercise stands, from best to worst."""

    PASS = "pass"  # noqa: S105 - A verdict.
    TODO = "todo"
    FAIL = "fail"
    ERROR = "error"


def worst(statuses: Iterable[Status]) -> Status:
    """Return the one that decides: an error before a failure, a failure before a todo."""
    return max(statuses, key=list(Status).index, default=Status.TODO)


class Words(NamedTuple):
    """What a learner is told: what happened, what is wanted and why, what may be behind it."""

    happened: str
    wanted: str = ""
    cure: str = ""

    def __str__(self) -> str:
        """Return all of it."""
        return " ".join(filter(None, self))


@dataclass(frozen=True)
class CheckVerdict:
    """One check: its name, how it went, and the words for the learner where it did not pass."""

    name: str
    status: Status
    words: Words | None = None
    mistake: str | None = None

    @property
    def message(self) -> str | None:
        """Return the words as one text."""
        return str(self.words) if self.words else None


@dataclass(frozen=True)
class TaskVerdict:
    """One task and its checks."""

    id: str
    checks: tuple[CheckVerdict, ...]

    @property
    def status(self) -> Status:
        """Return the worst status of the checks."""
        return worst(check.status for check in self.checks)


@dataclass(frozen=True)
class Verdict:
    """One exercise. *problem* says why its file cannot be judged at all."""

    exercise: str
    tasks: tuple[TaskVerdict, ...] = field(default=())
    problem: str | None = None

    @property
    def status(self) -> Status:
        """Return error where the file cannot be judged, else the worst status of the tasks."""
        return Status.ERROR if self.problem else worst(task.status for task in self.tasks)

    def to_json(self) -> dict[str, Any]:
        """Return the document that other tools read."""
        document: dict[str, Any] = {
            "version": JSON_VERSION,
            "exercise": self.exercise,
            "status": self.status,
            "tasks": [
                {
                    "id": task.id,
                    "status": task.status,
                    "checks": [
                        {
                            "name": check.name,
                            "status": check.status,
                            "message": check.message,
                            "mistake": check.mistake,
                        }
                        for check in task.checks
                    ],
                }
                for task in self.tasks
            ],
        }
        if self.problem:
            document["message"] = self.problem
        return document
