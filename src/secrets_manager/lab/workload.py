"""An application under load while its password rotates: what it went through, and a picture."""

from __future__ import annotations

import statistics
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import psycopg

from secrets_manager.lab.transcript import DIM, GREEN, RED, YELLOW, styled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    # One piece of the application's work. It calls what it is given for every refused login,
    # and raises psycopg's OperationalError when it gives up.
    Operation = Callable[[Callable[[], None]], object]

PAUSE_SECONDS = 0.01  # Between two operations of a thread.
COLUMNS = 60


@dataclass(frozen=True)
class Outcome:
    """One operation: seconds since the start of the load, refused logins, and whether it failed."""

    started: float
    ended: float
    refused: int
    failed: bool
    thread: int = 0  # Which of the application's, counted from 0.


@dataclass
class Load:
    """What an application did while something happened to its secret."""

    title: str
    outcomes: list[Outcome] = field(default_factory=list)
    rotations: list[tuple[float, float]] = field(default_factory=list)
    seconds: float = 0.0
    _began: float = field(default_factory=time.monotonic)

    @contextmanager
    def rotation(self) -> Iterator[None]:
        """Remember for the timeline when this block began and ended."""
        began = self._now()
        yield
        self.rotations.append((began, self._now()))

    @property
    def refused(self) -> int:
        """Return how many logins the database refused."""
        return sum(outcome.refused for outcome in self.outcomes)

    @property
    def failed(self) -> int:
        """Return how many operations failed for good."""
        return sum(outcome.failed for outcome in self.outcomes)

    @property
    def retries(self) -> list[float]:
        """Return the seconds that each operation took which was refused, and then went well."""
        return [
            outcome.ended - outcome.started
            for outcome in self.outcomes
            if outcome.refused and not outcome.failed
        ]

    def cut(self, rotations: int) -> Load:
        """Return the part up to the middle between this many rotations and the next one.

        What began before that ends as it did: the slowest must not be the ones that are missing.
        """
        if rotations >= len(self.rotations):
            return self
        end = (self.rotations[rotations - 1][1] + self.rotations[rotations][0]) / 2
        outcomes = [outcome for outcome in self.outcomes if outcome.started < end]
        seconds = max([end, *(outcome.ended for outcome in outcomes)])
        return Load(self.title, outcomes, self.rotations[:rotations], seconds)

    def work(
        self, operation: Operation, stop: threading.Event, thread: int, pause_seconds: float
    ) -> None:
        """Repeat the operation until told to stop, and record each outcome."""
        while not stop.is_set():
            started, refusals, failed = self._now(), Counter[str](), False
            try:
                operation(lambda: refusals.update(["refused"]))  # noqa: B023 - called at once.
            except psycopg.OperationalError:
                failed = True
            outcome = Outcome(started, self._now(), refusals.total(), failed, thread)
            self.outcomes.append(outcome)
            stop.wait(pause_seconds)

    def _now(self) -> float:
        return time.monotonic() - self._began


@contextmanager
def under_load(
    title: str, operation: Operation, threads: int = 4, pause_seconds: float = PAUSE_SECONDS
) -> Iterator[Load]:
    """Keep an application of several threads busy during this block, and record how it fared."""
    load, stop = Load(title), threading.Event()
    with ThreadPoolExecutor(threads) as pool:
        try:  # From the first thread on: Ctrl-C may come before the last one is there.
            workers = [
                pool.submit(load.work, operation, stop, thread, pause_seconds)
                for thread in range(threads)
            ]
            yield load
        finally:
            stop.set()
    load.seconds = load._now()
    for worker in workers:
        worker.result()  # Raises what the application did not expect.


def table(loads: list[Load]) -> str:
    """Return the loads side by side, a row each; retries are operations that went well by one."""
    rows = [
        f"   {'strategy':<31}{'operations':>10}{'refused':>9}{'failed':>8}"
        f"{'p50 retry':>11}{'max':>8}"
    ]
    for load in loads:
        failed = styled(f"{load.failed:>8}", RED if load.failed else GREEN)
        median, slowest = retry_times(load)
        rows.append(
            f"   {load.title:<31}{len(load.outcomes):>10}{load.refused:>9}{failed}"
            f"{median:>11}{slowest:>8}"
        )
    return "\n".join(rows)


def retry_times(load: Load) -> tuple[str, str]:
    """Return what the median and the slowest retry took, in words."""
    if not load.retries:
        return "-", "-"
    times = statistics.median(load.retries), max(load.retries)
    return f"{times[0] * 1000:.0f} ms", f"{times[1] * 1000:.0f} ms"


def timeline(load: Load) -> str:
    """Return one load on a line of time: the worst of each moment, and where rotations began."""
    cells, starts = [" "] * COLUMNS, [" "] * COLUMNS
    for outcome in load.outcomes:
        for column in range(_column(outcome.started, load), _column(outcome.ended, load) + 1):
            cells[column] = max(cells[column], _cell(outcome), key=" ▁▄█".index)
    for began, _ in load.rotations:
        starts[_column(began, load)] = "r"
    colours = {"▁": GREEN, "▄": YELLOW, "█": RED}
    drawn = "".join(styled(cell, colours.get(cell, DIM)) for cell in cells)
    return f"   {load.title}, {load.seconds:.1f} s\n   {drawn}\n   {''.join(starts).rstrip()}"


def _column(moment: float, load: Load) -> int:
    return min(int(moment / load.seconds * COLUMNS), COLUMNS - 1)


def _cell(outcome: Outcome) -> str:
    if outcome.failed:
        return "█"
    return "▄" if outcome.refused else "▁"


LEGEND = "   ▁ well   ▄ refused, tried again   █ operations failed   r a rotation begins"
