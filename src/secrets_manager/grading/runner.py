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

    Send = Callable[[dict[str, Any]], None]

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


class Result(NamedTuple):
    """How one check went on one backend: *lines* are those of the checks that it failed in."""

    status: Status
    message: str | None = None
    mistake: str | None = None
    lines: tuple[int, ...] = ()


@dataclass
class Run:
    """What one process said before it ended."""

    expected: list[_Expected] = field(default_factory=list)
    results: dict[str, Result] = field(default_factory=dict)
    begun: str | None = None
    calls: dict[str, list[str]] = field(default_factory=dict)
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
    results: dict[str, Result] = {}
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
        results[run.begun] = Result(Status.FAIL, f"{shown} {how}")
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
    results: dict[str, Result],
) -> Verdict:
    missing = Result(Status.FAIL, "This check was not reached, as others before it did not end.")
    if any(
        results.get(each.node, missing).status is Status.PASS
        for each in expected
        if each.task == SENTINEL
    ):
        return Verdict(exercise.number, problem=f"{shown} changes how it is judged.")
    by_task: dict[str, dict[str, list[Result]]] = {}
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


def _check(name: str, found: list[Result]) -> CheckVerdict:
    """Return one verdict on a check from those of its backends."""
    status = worst(each.status for each in found)
    first = next(each for each in found if each.status is status)
    return CheckVerdict(name, status, first.message, first.mistake)


def _run(
    exercise: Exercise, path: Path, shown: str, backends: tuple[str, ...], skip: list[str]
) -> Run:
    """Judge in a forked process whatever is not in *skip*."""

    def judged(send: Send) -> None:
        try:
            load(path, shown)
        except LoadError as error:
            send({"problem": str(error)})
            return
        judge = Judge(path, shown, send, backends, exercise.known_mistakes)
        root = f"--rootdir={exercise.checks.parents[2]}"
        files = [str(exercise.checks), sentinel.__file__]
        pytest.main([*PYTEST_OPTIONS, root, *files], [judge, _Collected(send, set(skip))])

    return forked(judged, seal=True)


def forked(judged: Callable[[Send], None], *, seal: bool = False) -> Run:
    """Fork, let the child judge, and read what it sends until its end.

    A sealed child has no file open that it has not opened itself, and its output is not seen.
    """
    reading, writing = os.pipe()
    with tempfile.TemporaryDirectory(prefix="secrets-course-judge-") as folder:
        child = os.fork()
        if child == 0:
            os.close(reading)
            _child(judged, writing, Path(folder), seal=seal)
        os.close(writing)
        try:
            return _read(reading)
        finally:
            os.close(reading)
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(child, signal.SIGKILL)
            os.waitpid(child, 0)


def _read(reading: int) -> Run:
    """Collect the child's records; a check's time runs from its beginning to its end."""
    run, rest, deadline = Run(), b"", time.monotonic() + CHECK_SECONDS
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


def _take(run: Run, record: dict[str, Any]) -> bool:
    """Take in one record, and return whether it is the last."""
    match record:
        case {"problem": problem}:
            run.problem = problem
        case {"expected": expected}:
            run.expected = [_Expected(*each) for each in expected]
        case {"begins": node}:
            run.begun = node
        case {"ends": node, "status": status, "message": message}:
            result = Result(
                Status(status), message, record.get("mistake"), tuple(record.get("lines", ()))
            )
            run.results.setdefault(node, result)
            if result.status is not Status.PASS:
                run.results[node] = result
        case {"calls": names, "of": check}:
            run.calls[check] = names
        case {"done": True}:
            run.done = True
    return run.done or run.problem is not None


def _child(judged: Callable[[Send], None], writing: int, folder: Path, *, seal: bool) -> None:
    """Judge, in the forked process; it never returns."""
    try:
        os.setsid()
        _confine(folder)
        if seal:
            _seal(folder, writing)

        def send(record: dict[str, Any]) -> None:
            os.write(writing, json.dumps(record).encode() + b"\n")

        judged(send)
        send({"done": True})
    finally:
        os._exit(0)


def _confine(folder: Path) -> None:
    """Limit what the learner's code can use up, and where what it writes can go."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.environ["TMPDIR"] = str(folder)
    tempfile.tempdir = None
    os.chdir(folder)


def _seal(folder: Path, writing: int) -> None:
    """Close every file but the pipe, and let nothing in or out."""
    os.closerange(3, writing)
    os.closerange(writing + 1, writing + 1000)
    output = os.open(folder / "output", os.O_WRONLY | os.O_CREAT)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (output, 1), (output, 2)):
        os.dup2(source, target)


class _Collected:
    """Tells the parent which checks there are, and leaves out those that it has already."""

    def __init__(self, send: Send, skip: set[str]) -> None:
        self.send, self.skip = send, skip

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Report the checks with their tasks; the sentinel comes last."""
        self.send({"expected": [(task_of(item), item.nodeid) for item in items]})
        items[:] = [item for item in items if item.nodeid not in self.skip]
        items.sort(key=lambda item: task_of(item) == SENTINEL)


def task_of(item: pytest.Item) -> str:
    """Return the task that a check belongs to."""
    mark = item.get_closest_marker("task")
    return str(mark.args[0]) if mark else "?"
