"""Let `kill`, and a terminal that is closed, end a program as Ctrl-C does: it cleans up first."""

from __future__ import annotations

import signal
import subprocess
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Sequence

ENDINGS = (signal.SIGTERM, signal.SIGHUP)


def end_as_on_ctrl_c() -> None:
    """Let the first SIGTERM or SIGHUP from now on raise KeyboardInterrupt."""
    for ending in ENDINGS:
        if signal.getsignal(ending) is not signal.SIG_IGN:  # As under nohup.
            signal.signal(ending, _interrupt)


def _interrupt(signum: int, _frame: object) -> NoReturn:
    signal.signal(signum, signal.SIG_IGN)  # make passes a signal on: one came, cleanup is on.
    raise KeyboardInterrupt(signum)


def run_to_its_end(command: Sequence[str]) -> int:
    """Run a command and return its status, also where this process is told to end meanwhile.

    The command is told so, too, and may clean up: subprocess.run would kill it.
    """
    with subprocess.Popen(command) as process:
        handlers = {ending: lambda signum, _: process.send_signal(signum) for ending in ENDINGS}
        handlers[signal.SIGINT] = lambda *_: None  # A terminal sends it to both.
        before = {signum: signal.signal(signum, handler) for signum, handler in handlers.items()}
        try:
            return process.wait()
        finally:
            for signum, handler in before.items():
                signal.signal(signum, handler)
