"""Judge a file in a process of its own, and demand a report for every check.

The process is forked from this one, where pytest, boto3 and moto are loaded already. Nothing
that the learner's code does there can end, block or forge the verdict without being seen:
whoever ends the process early, or stays in one check too long, is named.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import resource
import select
import signal
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from secrets_manager.grading import sentinel
from secrets_manager.grading.plugin import Judge, LoadError, load
from secrets_manager.grading.verdict import CheckVerdict, Status, TaskVerdict, Verdict, worst
from secrets_manager.lab.backends import open_backend

if TYPE_CHECKING:
    from collections.abc import Callable

    from secrets_manager.grading.curriculum import Exercise

CHECK_SECONDS = 8.0
CPU_SECONDS = 120
MEMORY_BYTES = 4 << 30
SENTINEL = "sentinel"
PYTEST_OPTIONS = (
    "--noconftest",  # The tests of the course have fixtures of the same names.
    *("-pno:cacheprovider", "-pno:terminal", "-Wignore"),
    *("-otimeout=0", "-oaddopts=--import-mode=importlib", "-olog_level=DEBUG"),
)
STARTS = 3  # How often the process is started again after a check that did not end.


class _Expected(NamedTuple):
    """One check that must be reported: its task, and pytest's name for it."""

    task: str
    node: str


@dataclass
class _Run:
    """What one process said before it ended."""

    expected: list[_Expected] = field(default_factory=list)
    results: dict[str, tuple[Status, str | None]] = field(default_factory=dict)
    begun: str | None = None
    problem: str | None = None
    done: bool = False
    too_slow: bool = False


def preload() -> None:
    """Load in this process, once, what every judging process would have to load for itself."""
    with open_backend("moto"):
        pass


def judge(
    exercise: Exercise, file: Path | None = None, backends: tuple[str, ...] = ("moto",)
) -> Verdict:
    """Return the verdict on a file in the place of the exercise's own.

    It takes a few seconds at most for each check that does not end.
    """
    path = (file or exercise.file).resolve()
    shown = _shown(path)
    results: dict[str, tuple[Status, str | None]] = {}
    expected: list[_Expected] = []
    for _ in range(STARTS):
        run = _run(exercise, path, shown, backends, skip=list(results))
        expected = expected or run.expected
        results |= run.results
        if run.problem:
            return Verdict(exercise.number, problem=run.problem)
        if run.done and all(check.node in results for check in expected):
            break
        if run.begun is None:
            how = "does not finish loading" if run.too_slow else "ends the program as it loads"
            return Verdict(exercise.number, problem=f"{shown} {how}.")
        how = (
            f"did not come back within {CHECK_SECONDS:.0f} seconds: an endless loop?"
            if run.too_slow
            else "ended the whole program: a function returns or raises, and never exits."
        )
        results[run.begun] = Status.FAIL, f"{shown} {how}"
    return _verdict(exercise, shown, expected, results)


def _shown(path: Path) -> str:
    """Return a path as the learner knows it."""
    with contextlib.suppress(ValueError):
        return str(path.relative_to(Path.cwd()))
    return path.name


def _verdict(
    exercise: Exercise,
    shown: str,
    expected: list[_Expected],
    results: dict[str, tuple[Status, str | None]],
) -> Verdict:
    if any(
        results.get(each.node, (Status.FAIL,))[0] is Status.PASS
        for each in expected
        if each.task == SENTINEL
    ):
        return Verdict(exercise.number, problem=f"{shown} changes how it is judged.")
    missing = (Status.FAIL, "This check was not reached, as others before it did not end.")
    by_task: dict[str, dict[str, list[tuple[Status, str | None]]]] = {}
    for each in expected:
        name = re.sub(r"\[.*\]$", "", each.node.rsplit("::", 1)[-1])
        found = by_task.setdefault(each.task, {}).setdefault(name, [])
        found.append(results.get(each.node, missing))
    return Verdict(
        exercise.number,
        tuple(
            TaskVerdict(
                task.id,
                tuple(_check(name, found) for name, found in by_task.get(task.id, {}).items()),
            )
            for task in exercise.tasks
        ),
    )


def _check(name: str, found: list[tuple[Status, str | None]]) -> CheckVerdict:
    """Return one verdict on a check from those of its backends."""
    status = worst(status for status, _ in found)
    return CheckVerdict(name, status, next(text for each, text in found if each is status))


def _run(
    exercise: Exercise, path: Path, shown: str, backends: tuple[str, ...], skip: list[str]
) -> _Run:
    """Fork, let the child judge, and read what it reports until its end."""
    reading, writing = os.pipe()
    with tempfile.TemporaryDirectory(prefix="secrets-course-judge-") as folder:
        child = os.fork()
        if child == 0:
            os.close(reading)
            _child(exercise, path, shown, backends, skip, writing, Path(folder))
        os.close(writing)
        try:
            return _read(reading)
        finally:
            os.close(reading)
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(child, signal.SIGKILL)
            os.waitpid(child, 0)


def _read(reading: int) -> _Run:
    """Collect the child's records; a check's time runs from its beginning to its end."""
    run, rest, deadline = _Run(), b"", time.monotonic() + CHECK_SECONDS
    while True:
        ready, _, _ = select.select([reading], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            run.too_slow = True
            return run
        data = os.read(reading, 1 << 16)
        if not data:
            return run
        *lines, rest = (rest + data).split(b"\n")
        for line in lines:
            deadline = time.monotonic() + CHECK_SECONDS
            if _take(run, json.loads(line)):
                return run


def _take(run: _Run, record: dict[str, Any]) -> bool:
    """Take in one record, and return whether it is the last."""
    match record:
        case {"problem": problem}:
            run.problem = problem
        case {"expected": expected}:
            run.expected = [_Expected(*each) for each in expected]
        case {"begins": node}:
            run.begun = node
        case {"ends": node, "status": status, "message": message}:
            run.results.setdefault(node, (Status(status), message))
            if Status(status) is not Status.PASS:
                run.results[node] = (Status(status), message)
        case {"done": True}:
            run.done = True
    return run.done or run.problem is not None


def _child(
    exercise: Exercise,
    path: Path,
    shown: str,
    backends: tuple[str, ...],
    skip: list[str],
    writing: int,
    folder: Path,
) -> None:
    """Judge, in the forked process; it never returns."""
    try:
        os.setsid()
        _confine(folder, writing)

        def send(record: dict[str, Any]) -> None:
            os.write(writing, json.dumps(record).encode() + b"\n")

        try:
            load(path, shown)
        except LoadError as error:
            send({"problem": str(error)})
            return
        collected = _Collected(send, set(skip))
        root = f"--rootdir={exercise.checks.parents[2]}"
        pytest.main(
            [*PYTEST_OPTIONS, root, str(exercise.checks), sentinel.__file__],
            [Judge(path, shown, send, backends), collected],
        )
        send({"done": True})
    finally:
        os._exit(0)


def _confine(folder: Path, writing: int) -> None:
    """Limit what the learner's code can use up, and where what it writes can go."""
    os.closerange(3, writing)
    os.closerange(writing + 1, writing + 1000)
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    output = os.open(folder / "output", os.O_WRONLY | os.O_CREAT)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (output, 1), (output, 2)):
        os.dup2(source, target)
    os.environ["TMPDIR"] = str(folder)
    tempfile.tempdir = None
    os.chdir(folder)


class _Collected:
    """Tells the parent which checks there are, and leaves out those that it has already."""

    def __init__(self, send: Callable[[dict[str, Any]], None], skip: set[str]) -> None:
        self.send, self.skip = send, skip

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Report the checks with their tasks; the sentinel comes last."""
        self.send({"expected": [(_task(item), item.nodeid) for item in items]})
        items[:] = [item for item in items if item.nodeid not in self.skip]
        items.sort(key=lambda item: _task(item) == SENTINEL)


def _task(item: pytest.Item) -> str:
    mark = item.get_closest_marker("task")
    return str(mark.args[0]) if mark else "?"
