"""An application under load while its password rotates: what it went through, and a picture."""

from __future__ import annotations

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


@dataclass
class Load:
    """What an application did while something happened to its secret."""

    title: str
    outcomes: list[Outcome] = field(default_factory=list)
    marks: list[float] = field(default_factory=list)
    seconds: float = 0.0
    _began: float = field(default_factory=time.monotonic)

    def mark(self) -> None:
        """Remember this moment for the timeline."""
        self.marks.append(self._now())

    @property
    def refused(self) -> int:
        """Return how many logins the database refused."""
        return sum(outcome.refused for outcome in self.outcomes)

    @property
    def failed(self) -> int:
        """Return how many operations failed for good."""
        return sum(outcome.failed for outcome in self.outcomes)

    @property
    def slowest(self) -> float:
        """Return the seconds that the slowest operation took, its retries included."""
        return max((outcome.ended - outcome.started for outcome in self.outcomes), default=0.0)

    def work(self, operation: Operation, stop: threading.Event) -> None:
        """Repeat the operation until told to stop, and record each outcome."""
        while not stop.is_set():
            started, refusals, failed = self._now(), Counter[str](), False
            try:
                operation(lambda: refusals.update(["refused"]))  # noqa: B023 - called at once.
            except psycopg.OperationalError:
                failed = True
            self.outcomes.append(Outcome(started, self._now(), refusals.total(), failed))
            stop.wait(PAUSE_SECONDS)

    def _now(self) -> float:
        return time.monotonic() - self._began


@contextmanager
def under_load(title: str, operation: Operation, threads: int = 4) -> Iterator[Load]:
    """Keep an application of several threads busy during this block, and record how it fared."""
    load, stop = Load(title), threading.Event()
    with ThreadPoolExecutor(threads) as pool:
        workers = [pool.submit(load.work, operation, stop) for _ in range(threads)]
        try:
            yield load
        finally:
            stop.set()
    load.seconds = load._now()
    for worker in workers:
        worker.result()  # Raises what the application did not expect.


def table(loads: list[Load]) -> str:
    """Return the loads side by side, a row each."""
    rows = [f"   {'strategy':<34}{'operations':>11}{'refused':>9}{'failed':>8}{'slowest':>10}"]
    for load in loads:
        failed = styled(f"{load.failed:>8}", RED if load.failed else GREEN)
        rows.append(
            f"   {load.title:<34}{len(load.outcomes):>11}{load.refused:>9}{failed}"
            f"{load.slowest * 1000:>7.0f} ms"
        )
    return "\n".join(rows)


def timeline(load: Load) -> str:
    """Return one load on a line of time: the worst of each moment, and where rotations began."""
    cells, starts = [" "] * COLUMNS, [" "] * COLUMNS
    for outcome in load.outcomes:
        for column in range(_column(outcome.started, load), _column(outcome.ended, load) + 1):
            cells[column] = max(cells[column], _cell(outcome), key=" ▁▄█".index)
    for moment in load.marks:
        starts[_column(moment, load)] = "r"
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
