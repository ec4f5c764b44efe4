"""A program that is told to end cleans up first, and so does a command that it runs."""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING

import pytest

from secrets_manager.lab.signals import ENDINGS, end_as_on_ctrl_c, run_to_its_end

if TYPE_CHECKING:
    from collections.abc import Iterator

TOLD_TO_END = """
import os, signal, sys
signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))
os.kill(os.getppid(), signal.SIGTERM)
signal.pause()
"""
CTRL_C = """
import os, signal
os.kill(os.getppid(), signal.SIGINT)
os._exit(3)
"""


@pytest.fixture(autouse=True)
def _handlers_restored() -> Iterator[None]:
    # Not ignored, as SIGHUP is where all of this runs under nohup.
    before = {ending: signal.signal(ending, signal.SIG_DFL) for ending in ENDINGS}
    yield
    for ending, handler in before.items():
        signal.signal(ending, handler)


@pytest.mark.parametrize("second", ENDINGS)
@pytest.mark.parametrize("first", ENDINGS)
def test_to_be_told_to_end_is_ctrl_c_once(first: signal.Signals, second: signal.Signals) -> None:
    end_as_on_ctrl_c()

    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(first)
    signal.raise_signal(second)  # Ignored, as the clean-up is on.


def test_a_command_is_told_to_end_and_waited_for() -> None:
    assert run_to_its_end([sys.executable, "-c", TOLD_TO_END]) == 7


def test_a_command_that_handles_ctrl_c_is_waited_for() -> None:
    assert run_to_its_end([sys.executable, "-c", CTRL_C]) == 3


def test_handlers_are_as_before_when_the_command_has_ended() -> None:
    before = {each: signal.getsignal(each) for each in (signal.SIGINT, *ENDINGS)}

    run_to_its_end([sys.executable, "-c", ""])

    assert {each: signal.getsignal(each) for each in before} == before
