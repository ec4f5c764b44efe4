"""Let `kill`, and a terminal that is closed, end a program as Ctrl-C does: it cleans up first."""

from __future__ import annotations

import signal
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ENDINGS = (signal.SIGTERM, signal.SIGHUP)


def end_as_on_ctrl_c() -> None:
    """Let the first SIGTERM or SIGHUP from now on raise KeyboardInterrupt."""
    for ending in ENDINGS:
        if signal.getsignal(ending) is not signal.SIG_IGN:  # As under nohup.
            signal.signal(ending, _interrupt)


def _interrupt(signum: int, _frame: object) -> NoReturn:
    for ending in ENDINGS:  # make passes signals on: one came, cleanup is on.
        signal.signal(ending, signal.SIG_IGN)
    raise KeyboardInterrupt(signum)


@contextmanager
def held_back() -> Iterator[None]:
    """Let what ends a program wait until this block has ended; a fork has to `let_in` itself."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, *ENDINGS})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def let_in() -> None:
    """Let signals arrive that were held back where this process was forked."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT, *ENDINGS})


def run_to_its_end(command: Sequence[str]) -> int:
    """Run a command and return its status, also where this process is told to end meanwhile.

    The command is told so, too, and may clean up: subprocess.run would kill it.
    """
    running: list[subprocess.Popen[bytes]] = []
    early: list[int] = []

    def pass_on(signum: int, _frame: object) -> None:
        for process in running:
            process.send_signal(signum)
        if not running:
            early.append(signum)

    # A terminal sends Ctrl-C to both.
    handlers = {signal.SIGINT: lambda *_: None, **dict.fromkeys(ENDINGS, pass_on)}
    before = {each: signal.getsignal(each) for each in handlers}
    for each, handler in handlers.items():
        if before[each] is not signal.SIG_IGN:
            signal.signal(each, handler)
    try:
        with subprocess.Popen(command) as process:
            running.append(process)
            for signum in early:
                process.send_signal(signum)
            return process.wait()
    finally:
        for each, its_handler in before.items():
            signal.signal(each, its_handler)
