"""Judge many files in the place of one exercise: pytest collects the checks once, for all of them.

Each file is judged in a fork of the process that has collected, so that it finds everything
loaded, and leaves nothing to the next.
"""

from __future__ import annotations

import sys
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from secrets_manager.grading import checks
from secrets_manager.grading.forks import forked
from secrets_manager.grading.plugin import Judge, LoadError, load
from secrets_manager.grading.runner import PYTEST_OPTIONS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from secrets_manager.grading.curriculum import Exercise
    from secrets_manager.grading.forks import Result, Send


@dataclass(frozen=True)
class Job:
    """A file to judge by some checks: by all of them, or until the first that fails.

    *traced* also finds which functions of the file each check calls.
    """

    name: str
    file: Path
    checks: frozenset[str]
    traced: bool = False
    until_one_fails: bool = False


@dataclass(frozen=True)
class Outcome:
    """What came of a job: each check's results by backend, and the functions that it called.

    A check that is missing was not reached: *problem* may say why.
    """

    name: str
    problem: str | None
    results: dict[tuple[str, str], list[Result]] = field(default_factory=dict)
    calls: dict[str, set[str]] = field(default_factory=dict)

    def with_results_of(self, other: Outcome | None) -> Outcome:
        """Return this outcome with the results of another, on other backends, beside its own."""
        if other is None:
            return self
        results = {**other.results, **self.results}
        return Outcome(self.name, self.problem or other.problem, results, self.calls)


# What is judged here is known to be right or wrong, and most of what waits does so in vain.
THREAD_SECONDS = 1.5


def judge_series(
    exercise: Exercise, jobs: Sequence[Job], backends: tuple[str, ...]
) -> list[Outcome]:
    """Return what came of each job. To be called in a fork, which it changes for good."""
    checks.THREAD_SECONDS = THREAD_SECONDS
    series = _Series(exercise, jobs, backends)
    places = f"--rootdir={exercise.checks.parents[2]}", f"--confcutdir={exercise.checks.parent}"
    pytest.main([*PYTEST_OPTIONS, *places, str(exercise.checks)], [series.judge, series])
    if len(series.outcomes) != len(jobs):  # pytest has swallowed what ended it.
        message = f"Only {len(series.outcomes)} of {len(jobs)} files were judged."
        raise RuntimeError(message)
    return series.outcomes


class _Series:
    """Runs, in the place of pytest's own loop, the checks of each job in a fork."""

    def __init__(self, exercise: Exercise, jobs: Sequence[Job], backends: tuple[str, ...]) -> None:
        self.jobs = jobs
        self.outcomes: list[Outcome] = []
        self.judge = Judge(
            *(exercise.file, exercise.file.name, print, backends, exercise.known_mistakes)
        )

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Judge file after file."""
        self.outcomes = [self._outcome(session, job) for job in self.jobs]
        return True

    def _outcome(self, session: pytest.Session, job: Job) -> Outcome:
        items = [item for item in session.items if _check(item) in job.checks]
        run = forked(lambda send: self._judge(items, job, send))
        stopped = f"{run.begun} did not come to its end" if not (run.done or run.problem) else None
        outcome = Outcome(job.name, run.problem or stopped)
        for item in items:
            if item.nodeid in run.results:
                backend = item.callspec.params["client"]  # type: ignore[attr-defined]
                found = outcome.results.setdefault((_check(item), backend), [])
                found.append(run.results[item.nodeid])
            outcome.calls.setdefault(_check(item), set()).update(run.calls.get(item.nodeid, []))
        return outcome

    def _judge(self, items: Sequence[pytest.Item], job: Job, send: Send) -> None:
        self.judge.file, self.judge.send = job.file, send
        try:
            load(job.file, self.judge.shown)
        except LoadError as error:
            send({"problem": str(error)})
            return
        for item, following in zip(items, [*items[1:], None], strict=True):
            seen = _trace(job.file) if job.traced else set()
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if job.traced:
                send({"calls": sorted(seen), "of": item.nodeid})
            if job.until_one_fails and self.judge.failed:
                return


def _check(item: pytest.Item) -> str:
    return str(getattr(item, "originalname", item.name))


def _trace(file: Path) -> set[str]:
    """Return the set that the functions of *file* will be added to as they are called."""
    seen: set[str] = set()

    def look(frame: Any, event: str, _: Any) -> None:
        if frame.f_code.co_filename == str(file):
            seen.add(frame.f_code.co_qualname.partition(".<locals>")[0])

    threading.settrace(look)
    sys.settrace(look)
    return seen
