"""A load counts what its application went through, ends with its block, and is drawn right."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from secrets_manager.lab.workload import (
    COLUMNS,
    LEGEND,
    Load,
    Outcome,
    retry_times,
    table,
    timeline,
    under_load,
)

if TYPE_CHECKING:
    from secrets_manager.lab.workload import Operation

Refused = Callable[[], None]
DEADLINE_SECONDS = 10


@pytest.fixture(autouse=True)
def no_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")


def load_of(
    *outcomes: Outcome, seconds: float = 6.0, rotations: tuple[tuple[float, float], ...] = ()
) -> Load:
    return Load("title", list(outcomes), list(rotations), seconds)


def run_until(times: int, operation: Operation, threads: int = 1) -> Load:
    """Keep a load up until its operation has been called this often."""
    calls, enough = iter(range(times)), threading.Event()

    def counted(refused: Refused) -> object:
        if next(calls, None) is None:
            enough.set()
        return operation(refused)

    with under_load("title", counted, threads) as load:
        assert enough.wait(DEADLINE_SECONDS)
    return load


def quiet(refused: Refused) -> None:
    """Do nothing, and do it well."""


def failing(refused: Refused) -> None:
    raise psycopg.OperationalError


def workers() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if "ThreadPool" in thread.name}


def test_an_operation_that_gives_up_counts_as_failed_and_the_load_goes_on() -> None:
    load = run_until(3, failing)

    assert load.failed == len(load.outcomes) == 4


def test_refused_logins_are_counted_though_the_operation_succeeds() -> None:
    def refused_twice(refused: Refused) -> None:
        refused()
        refused()

    load = run_until(1, refused_twice)

    assert [outcome.refused for outcome in load.outcomes] == [2, 2]
    assert load.refused == 4
    assert load.failed == 0


def test_an_error_that_nobody_expects_surfaces() -> None:
    def broken(refused: Refused) -> None:
        raise LookupError

    with pytest.raises(LookupError):
        run_until(0, broken)


def test_every_thread_works() -> None:
    together = threading.Barrier(4)

    def meet(refused: Refused) -> None:
        if not met.is_set():
            together.wait(DEADLINE_SECONDS)
            met.set()

    met = threading.Event()
    with under_load("title", meet, threads=4):
        assert met.wait(DEADLINE_SECONDS)


def test_threads_end_with_the_block() -> None:
    before = workers()

    run_until(0, quiet, threads=3)

    assert workers() == before


def test_threads_end_when_the_block_fails() -> None:
    before = workers()

    with pytest.raises(ZeroDivisionError), under_load("title", quiet, threads=3):
        raise ZeroDivisionError

    assert workers() == before


def test_times_lie_within_the_load() -> None:
    with under_load("title", quiet) as load, load.rotation():
        pass

    assert 0 <= load.rotations[0][0] <= load.rotations[0][1] <= load.seconds
    assert all(0 <= each.started <= each.ended <= load.seconds for each in load.outcomes)


def test_each_thread_is_told_apart() -> None:
    together = threading.Barrier(3)

    def meet(refused: Refused) -> None:
        if not met.is_set():
            together.wait(DEADLINE_SECONDS)
            met.set()

    met = threading.Event()
    with under_load("title", meet, threads=3) as load:
        assert met.wait(DEADLINE_SECONDS)

    assert {outcome.thread for outcome in load.outcomes} == {0, 1, 2}


def test_a_retry_is_what_was_refused_and_then_went_well() -> None:
    load = load_of(
        Outcome(0.0, 0.5, 0, False), Outcome(1.0, 3.5, 2, False), Outcome(4.0, 5.0, 1, True)
    )

    assert load.retries == [2.5]


def test_retry_times_are_the_median_and_the_longest() -> None:
    lengths = (0.1, 0.3, 0.2)

    load = load_of(*(Outcome(1.0, 1.0 + length, 1, False) for length in lengths))

    assert retry_times(load) == ("200 ms", "300 ms")


def test_a_cut_has_what_began_before_the_middle_between_two_rotations() -> None:
    outcomes = [Outcome(0.0, 1.5, 0, False), Outcome(2.1, 2.2, 1, True)]

    load = load_of(*outcomes, rotations=((0.5, 1.0), (3.0, 3.5))).cut(1)

    assert (load.seconds, load.outcomes, load.rotations) == (2.0, outcomes[:1], [(0.5, 1.0)])


def test_a_cut_does_not_lose_the_operation_that_took_longest() -> None:
    slow = Outcome(1.9, 2.7, 3, False)

    load = load_of(slow, rotations=((0.5, 1.0), (3.0, 3.5))).cut(1)

    assert (load.outcomes, load.seconds) == ([slow], 2.7)


def test_a_cut_of_more_rotations_than_there_are_is_the_whole() -> None:
    load = load_of(Outcome(5.0, 5.9, 0, False), rotations=((0.5, 1.0), (3.0, 3.5)))

    assert load.cut(2) == load


def test_the_table_has_a_row_for_each_load() -> None:
    first = load_of(Outcome(0.0, 0.25, 3, False), Outcome(1.0, 1.5, 4, True))
    first.title = "one user, refresh with backoff"

    assert table([first, load_of()]).splitlines() == [
        "   strategy                       operations  refused  failed  p50 retry     max",
        "   one user, refresh with backoff          2        7       1     250 ms  250 ms",
        "   title                                   0        0       0          -       -",
    ]


def test_the_timeline_shows_the_worst_of_each_moment_and_where_rotations_began() -> None:
    load = load_of(
        Outcome(0.0, 0.25, 0, False),  # Columns 0 to 2.
        Outcome(0.25, 0.45, 1, False),  # 2 to 4.
        Outcome(0.45, 0.55, 1, True),  # 4 and 5.
        Outcome(0.45, 0.55, 0, False),  # 4 and 5, where worse has been.
        Outcome(5.9, 6.0, 0, False),  # The last, and its very end.
        rotations=((0.35, 0.5), (6.0, 6.0)),
    )

    title, drawn, marks = timeline(load).splitlines()

    assert title == "   title, 6.0 s"
    assert drawn == "   " + "▁▁▄▄██".ljust(COLUMNS - 1) + "▁"
    assert marks == "   " + "   r".ljust(COLUMNS - 1) + "r"


def test_the_timeline_of_no_operation_is_empty() -> None:
    assert timeline(load_of()).splitlines() == ["   title, 6.0 s", "   " + " " * COLUMNS, "   "]


def test_what_is_drawn_fits_80_columns() -> None:
    load = load_of(Outcome(0.0, 6.0, 999, True), rotations=((6.0, 6.0),))
    load.title = "one user, refresh with backoff"

    drawn = "\n".join((table([load]), timeline(load), LEGEND))

    assert COLUMNS == 60
    assert max(map(len, drawn.splitlines())) <= 80


def test_a_load_that_is_stopped_while_its_threads_start_comes_to_its_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    submit, submitted = ThreadPoolExecutor.submit, count(1)

    def interrupted(self: ThreadPoolExecutor, *args: Any, **kwargs: Any) -> Any:
        if next(submitted) == 3:
            raise KeyboardInterrupt
        return submit(self, *args, **kwargs)

    monkeypatch.setattr(ThreadPoolExecutor, "submit", interrupted)

    with pytest.raises(KeyboardInterrupt), under_load("a load", lambda refused: None):
        pytest.fail("the third thread was not to start")
