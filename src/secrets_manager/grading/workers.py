"""Make calls in forks of this process, some at once: each finds loaded what is loaded here.

multiprocessing's own pool is not used. It forks in a thread, while others may hold locks, and a
worker that is forked so now and then waits for one without end.
"""

from __future__ import annotations

import os
import signal
import traceback
from contextlib import suppress
from itertools import islice
from multiprocessing import connection, get_context
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from secrets_manager.lab.signals import end_as_on_ctrl_c, held_back, let_in

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence

T = TypeVar("T")

LOOK_SECONDS = 1  # How often to see whether a worker has ended without a word.
END_SECONDS = 30  # What a worker may take to end its own forks, and to clean up after them.


def in_forks(calls: Sequence[Callable[[], T]]) -> Generator[T, None, None]:
    """Yield what the calls return, in their order, each made in a fork.

    There is one more at once than there are cores, as some wait.

    Raises:
        Exception: What a call raised.
        RuntimeError: A fork ended before its call had returned.
    """
    to_make, at_once = enumerate(calls), 1 + (os.cpu_count() or 1)
    running: dict[connection.Connection, tuple[int, _Worker[T]]] = {}
    returned: dict[int, T] = {}
    try:
        for wanted in range(len(calls)):
            while wanted not in returned:
                for at, call in islice(to_make, at_once - len(running)):
                    with held_back():  # Else one could be started, and never ended.
                        worker = _Worker(call)
                        running[worker.answer] = at, worker
                for at, worker in _ready([*running.values()]):
                    returned[at] = worker.returned()
                    del running[worker.answer]
            yield returned.pop(wanted)
    finally:
        for _, worker in running.values():
            worker.process.terminate()
        for _, worker in running.values():
            worker.end()


def _ready(running: Sequence[tuple[int, _Worker[T]]]) -> Iterator[tuple[int, _Worker[T]]]:
    """Yield those that have answered, or have ended: then their forks may keep the pipe open."""
    answered = connection.wait([worker.answer for _, worker in running], LOOK_SECONDS)
    for at, worker in running:
        if worker.answer in answered or not worker.process.is_alive():
            yield at, worker


class _Worker(Generic[T]):
    """A fork that makes one call; *answer* is where what came of it arrives."""

    def __init__(self, call: Callable[[], T]) -> None:
        context = get_context("fork")
        self.answer, writing = context.Pipe(duplex=False)
        self.process = context.Process(target=_make, args=(call, writing), daemon=True)
        self.process.start()
        writing.close()

    def returned(self) -> T:
        """Return what the call returned, once it has."""
        early = RuntimeError("A worker has ended before its work was done.")
        answer: tuple[Any, Exception | None] = None, early
        with suppress(EOFError):
            if self.answer.poll():
                answer = self.answer.recv()
        self.process.join(END_SECONDS)
        self.end()
        result, error = answer
        if error:
            raise error
        return result  # type: ignore[no-any-return]

    def end(self) -> None:
        """End it, in order where it can."""
        self.process.terminate()
        self.process.join(END_SECONDS)
        self.process.kill()
        self.process.join()
        self.answer.close()


def _make(call: Callable[[], Any], writing: connection.Connection) -> None:
    """Make the call, in the fork. One that is told to end goes through its `finally` first."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # A terminal sends it to whoever began us, too.
    end_as_on_ctrl_c()
    let_in()
    with suppress(KeyboardInterrupt):
        try:
            writing.send((call(), None))
        except Exception as error:
            error.add_note(traceback.format_exc())  # Its own frames do not travel.
            writing.send((None, error))
