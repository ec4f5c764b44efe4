"""Let learners' code run in forks of this process, where everything is loaded already.

Nothing that it does there by accident can end, block or forge the verdict, or outlives it: whoever
ends a fork early, or stays in one check too long, is named, and cleaned up after. It is no sandbox.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import select
import shutil
import signal
import tempfile
import time
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from secrets_manager.grading.verdict import Status, Words
from secrets_manager.lab.backends import empty_localstack
from secrets_manager.lab.signals import held_back, let_in

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    Send = Callable[[dict[str, Any]], None]

CHECK_SECONDS = 8.0
CPU_SECONDS = 120


class Expected(NamedTuple):
    """One check that must be reported: its task, and pytest's name for it."""

    task: str
    node: str


class Result(NamedTuple):
    """How one check went on one backend: *lines* are those of the checks that it failed in."""

    status: Status
    words: Words | None = None
    mistake: str | None = None
    lines: tuple[int, ...] = ()


@dataclass
class Run:
    """What one fork said before it ended.

    *account* and *mark* tell what the check that began last has made outside of the fork.
    """

    expected: list[Expected] = field(default_factory=list)
    results: dict[str, Result] = field(default_factory=dict)
    begun: str | None = None
    account: str | None = None
    mark: str | None = None
    calls: dict[str, list[str]] = field(default_factory=dict)
    problem: str | None = None
    done: bool = False
    too_slow: bool = False

    def take(self, record: dict[str, Any]) -> None:
        """Take in one record."""
        match record:
            case {"problem": problem}:
                self.problem = problem
            case {"expected": expected}:
                self.expected = [Expected(*each) for each in expected]
            case {"begins": node}:
                self.begun, self.account, self.mark = node, None, None
            case {"account": account}:
                self.account = account
            case {"mark": mark}:
                self.mark = mark
            case {"ends": node, "status": status, "words": words}:
                rest = record.get("mistake"), tuple(record.get("lines", ()))
                result = Result(Status(status), words and Words(*words), *rest)
                if node not in self.results or result.status is not Status.PASS:
                    self.results[node] = result
            case {"calls": names, "of": check}:
                self.calls[check] = names
            case {"done": True}:
                self.done = True

    @property
    def stuck(self) -> str | None:
        """Return the check that it has begun and not brought to its end."""
        return None if self.done and self.begun in self.results else self.begun

    @property
    def is_over(self) -> bool:
        """Return whether the fork has said its last."""
        return self.done or self.too_slow or self.problem is not None


class Fork:
    """A fork in which *judged* runs, and what it has said so far.

    A sealed one has no file open that it has not opened itself, but for those to *keep*, and its
    output is not seen.
    """

    def __init__(
        self, judged: Callable[[Send], None], *, seal: bool = False, keep: Collection[int] = ()
    ) -> None:
        self.run, self.deadline, self.rest = Run(), time.monotonic() + CHECK_SECONDS, b""
        self.folder = Path(tempfile.mkdtemp(prefix="secrets-course-judge-"))
        self.reading, writing = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self.reading)
            _child(judged, writing, self.folder, {writing, *keep} if seal else None)
        os.close(writing)

    def fileno(self) -> int:
        """Return where the records arrive."""
        return self.reading

    def read(self) -> bool:
        """Take in the records that have arrived; return whether they were the last."""
        data = os.read(self.reading, 1 << 16)
        *lines, self.rest = (self.rest + data).split(b"\n")
        for line in lines:
            self.deadline = time.monotonic() + CHECK_SECONDS
            if not self.run.is_over:
                self._take(line)
        return not data or self.run.is_over

    def _take(self, line: bytes) -> None:
        try:
            self.run.take(json.loads(line))
        except (ValueError, TypeError):  # Only the judged file can have written this.
            self.run.problem = "The judged file changes how it is judged."

    def end(self) -> None:
        """End it with everything that it has started, and delete what it has left elsewhere.

        Raises:
            LabError: That cannot be deleted.
        """
        os.close(self.reading)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError):  # It leads no group in its first moments.
            os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        shutil.rmtree(self.folder, ignore_errors=True)
        if self.run.stuck:
            _clean_up(self.run)


def first_to_end(forks: Collection[Fork]) -> Fork:
    """Return the fork that has said its last, or has said nothing for too long."""
    while True:
        soonest = min(forks, key=lambda fork: fork.deadline)
        patience = soonest.deadline - time.monotonic()
        if patience <= 0:  # However much the others have to say.
            soonest.run.too_slow = True
            return soonest
        for fork in select.select(forks, [], [], patience)[0]:
            if fork.read():
                return fork


def begin(start: Callable[[], Fork], working: list[Fork]) -> None:
    """Start a fork among those that are at work: whatever ends this process, it is known there."""
    with held_back():
        working.append(start())


def forked(judged: Callable[[Send], None]) -> Run:
    """Let *judged* run in a fork, and return what it sent."""
    working: list[Fork] = []
    try:
        begin(partial(Fork, judged), working)
        return first_to_end(working).run
    finally:
        for fork in working:
            fork.end()


def _clean_up(run: Run) -> None:
    """Delete what a check that was ended has made outside of its fork."""
    if run.account:
        empty_localstack(run.account)
    if run.mark:
        from secrets_manager.lab.postgres import postgres  # Its driver is of no use before.

        with postgres() as server:
            server.drop_marked(run.mark)


def _child(
    judged: Callable[[Send], None], writing: int, folder: Path, keep: set[int] | None
) -> None:
    """Judge, in the forked process; it never returns."""
    try:
        os.setsid()
        let_in()
        _confine(folder)
        if keep is not None:
            _seal(folder, keep)

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


def _seal(folder: Path, keep: set[int]) -> None:
    """Close every file but those to keep, and let nothing in or out."""
    edges = [2, *sorted(keep), max(keep) + 1000]
    for before, after in pairwise(edges):
        os.closerange(before + 1, after)
    output = os.open(folder / "output", os.O_WRONLY | os.O_CREAT)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (output, 1), (output, 2)):
        os.dup2(source, target)
