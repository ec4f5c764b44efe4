"""Calls made in forks: what they return, what they raise, and how they end."""

from __future__ import annotations

import os
import signal
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, NoReturn

import pytest

from secrets_manager.grading.workers import in_forks

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def _fail() -> NoReturn:
    message = "no such thing"
    raise LookupError(message)


def _wait_and_note(begun: Path, ended: Path) -> None:
    try:
        begun.touch()
        signal.pause()
    finally:
        ended.touch()


def _pid_of_one_that_has_seen(file: Path) -> int:
    while not file.exists():
        os.sched_yield()
    return os.getpid()


def test_what_the_calls_return_comes_in_their_order_whoever_is_first(tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    calls: list[Callable[[], int | None]] = [
        partial(_pid_of_one_that_has_seen, begun),
        begun.touch,
        *(partial(pow, 2, n) for n in range(20)),
    ]

    _, second, *others = in_forks(calls)

    assert (second, others) == (None, [2**n for n in range(20)])


def test_each_call_is_made_in_a_fork_of_its_own() -> None:
    assert len({os.getpid(), *in_forks([os.getpid] * 5)}) == 6


def test_what_a_call_raises_is_raised() -> None:
    with pytest.raises(LookupError, match="no such thing"):
        [*in_forks([_fail])]


def test_a_fork_that_ends_early_is_told() -> None:
    with pytest.raises(RuntimeError, match="before its work was done"):
        [*in_forks([partial(os._exit, 0)])]


def test_a_worker_that_is_not_waited_for_any_more_goes_through_its_finally(tmp_path: Path) -> None:
    begun, ended = tmp_path / "begun", tmp_path / "ended"
    calls: list[Callable[[], int | None]] = [
        partial(_pid_of_one_that_has_seen, begun),
        partial(_wait_and_note, begun, ended),
    ]

    with closing(in_forks(calls)) as returned:
        next(returned)

    assert ended.exists()
