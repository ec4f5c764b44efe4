"""Judge a file in forks of this process, and demand a report for every check.

Two forks take the checks from one queue, so that two cores work, and whoever has a slow check
takes fewer of them.
"""

from __future__ import annotations

import contextlib
import gc
import os
import random
import re
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import BotoCoreError

from secrets_manager.grading import forks, sentinel
from secrets_manager.grading.forks import Expected, Fork, Result, Run, begin, first_to_end
from secrets_manager.grading.plugin import Judge, LoadError, load
from secrets_manager.grading.verdict import CheckVerdict, Status, TaskVerdict, Verdict, Words, worst
from secrets_manager.lab.backends import open_backend
from secrets_manager.lab.embedded import begun
from secrets_manager.lab.errors import LabError
from secrets_manager.lab.signals import held_back

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from secrets_manager.grading.curriculum import Exercise
    from secrets_manager.grading.forks import Send

SENTINEL = "sentinel"
PYTEST_OPTIONS = (
    # The course's own tests are set up otherwise, and have fixtures of the same names.
    *(f"-c{os.devnull}", "--noconftest", "--import-mode=importlib", "--assert=plain"),
    # Other plugins take time to load, and these to end.
    *("--disable-plugin-autoload", "-pno:unraisableexception", "-pno:threadexception"),
    *("-pno:cacheprovider", "-pno:debugging", "-pno:terminal", "-Wignore", "-olog_level=DEBUG"),
)
FORKS = 2
RESTARTS = 2  # How often a fork follows upon one whose check did not end.
MOST_CHECKS = 2048  # So that their numbers fit into a pipe.
NUMBER_BYTES = 2


@contextlib.contextmanager
def ready(exercises: Iterable[Exercise], backends: Iterable[str] = ("moto",)) -> Iterator[None]:
    """Inside this block, judging costs little: what all forks need is there already.

    What is loaded by then stays, and is frozen for good (`gc.freeze`): to look through it for
    garbage would cost each fork time, and the end of the program more.

    Raises:
        LabError: The database that an exercise needs does not start, or cannot be used.
    """
    with contextlib.ExitStack() as stack:
        with ThreadPoolExecutor(1) as beside:  # It is gone before anything is forked.
            server = beside.submit(stack.enter_context, _database(exercises))
            preload(backends)
        server.result()
        gc.freeze()
        yield


def preload(backends: Iterable[str] = ("moto",)) -> None:
    """Load in this process, once, what every judging process would have to load for itself.

    Raises:
        LabError: A backend is not running, or stopped answering.
    """
    for backend in backends:
        with open_backend(backend) as client:
            try:
                client.list_secrets()  # A first call loads half of moto.
            except BotoCoreError as error:
                why = type(error).__name__
                message = f"{backend} stopped answering ({why}). Start it again: make {backend}-up"
                raise LabError(message) from error


def judge(
    exercise: Exercise,
    file: Path | None = None,
    backends: tuple[str, ...] = ("moto",),
) -> Verdict:
    """Return the verdict on a file in the place of the exercise's own; to be called when `ready`.

    It takes a few seconds at most for each check that does not end.

    Raises:
        LabError: What a check has left on LocalStack or in the database cannot be deleted.
    """
    path = (file or exercise.file).absolute()
    shown = _shown(path)
    with _queue() as queue:
        dealt = partial(_Dealt, queue=queue, seed=random.random())  # noqa: S311
        judged = partial(_judged, exercise, path, shown, backends, dealt)
        runs = _runs(partial(Fork, judged, seal=True, keep={queue}))
    expected = next((run.expected for run in runs if run.expected), [])
    problem = _problem(runs, expected, shown)
    if problem:
        return Verdict(exercise.number, problem=problem)
    return _verdict(exercise, expected, _results(runs, shown))


def name_of(node: str) -> str:
    """Return the name of a check, whatever it is run with."""
    return re.sub(r"\[.*\]$", "", node.rsplit("::", 1)[-1])


def task_of(item: pytest.Item) -> str:
    """Return the task that a check belongs to."""
    mark = item.get_closest_marker("task")
    return str(mark.args[0]) if mark else "?"


def _shown(path: Path) -> str:
    """Return a path as the learner knows it."""
    with contextlib.suppress(ValueError):
        return str(path.relative_to(Path.cwd()))
    return path.name


@contextlib.contextmanager
def _database(exercises: Iterable[Exercise]) -> Iterator[None]:
    """Let all forks find one server, where an exercise needs one, that its checks can use."""
    if not any(each.postgres for each in exercises):
        yield
        return
    with begun() as keeper:
        # It starts while its driver is loaded, which other exercises do without.
        from secrets_manager.lab.postgres import shared_postgres

        with shared_postgres(keeper) as server:
            server.expect_schemas()
            yield


@contextlib.contextmanager
def _queue() -> Iterator[int]:
    """Yield a pipe with the numbers of the checks: each is read once, by one fork."""
    reading, writing = os.pipe()
    os.write(writing, b"".join(number.to_bytes(NUMBER_BYTES) for number in range(MOST_CHECKS)))
    os.close(writing)
    try:
        yield reading
    finally:
        os.close(reading)


def _runs(start: Callable[[], Fork]) -> list[Run]:
    """Let forks judge until the queue is empty; some follow upon those that do not get so far."""
    working, runs, restarts = list[Fork](), list[Run](), RESTARTS
    try:
        for _ in range(FORKS):
            begin(start, working)
        while working:
            fork = first_to_end(working)
            runs.append(fork.run)
            if fork.run.problem or fork.run.begun is None:
                break
            with held_back():
                working.remove(fork)
                fork.end()
            if fork.run.stuck and restarts:
                restarts -= 1
                begin(start, working)
    finally:
        for fork in working:
            fork.end()
    return runs


def _judged(
    exercise: Exercise,
    path: Path,
    shown: str,
    backends: tuple[str, ...],
    dealt: Callable[[Send], _Dealt],
    send: Send,
) -> None:
    """Judge in this fork whatever it is dealt."""
    try:
        with open_backend("moto"):  # A client may be made, or even used, as the file is loaded.
            load(path, shown)
    except LoadError as error:
        send({"problem": str(error)})
        return
    judge = Judge(path, shown, send, backends, exercise.known_mistakes)
    # The second keeps pytest from looking through the folders above.
    places = f"--rootdir={exercise.checks.parents[2]}", f"--confcutdir={exercise.checks.parent}"
    files = [str(exercise.checks), sentinel.__file__]
    pytest.main([*PYTEST_OPTIONS, *places, *files], [judge, dealt(send)])


class _Dealt:
    """Runs, in the place of pytest's own loop, what this fork gets out of the queue.

    All forks have the checks in one order, so that a number means the same to them; it is another
    order each time, as no check may lean on one before.
    """

    def __init__(self, send: Send, *, queue: int, seed: float) -> None:
        self.send, self.queue, self.seed = send, queue, seed

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Tell the parent which checks there are, and shuffle them."""
        self.send({"expected": [(task_of(item), item.nodeid) for item in items]})
        random.Random(self.seed).shuffle(items)  # noqa: S311

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run checks until the queue is empty, and then what shows that they were run fairly."""
        if session.testsfailed:
            self.send({"problem": "The checks of this exercise cannot be collected."})
            return True
        [last] = [item for item in session.items if task_of(item) == SENTINEL]
        checks = [item for item in session.items if item is not last]
        for number in self._numbers():
            if number < len(checks):
                last.config.hook.pytest_runtest_protocol(item=checks[number], nextitem=last)
        last.config.hook.pytest_runtest_protocol(item=last, nextitem=None)
        return True

    def _numbers(self) -> Iterator[int]:
        while drawn := os.read(self.queue, NUMBER_BYTES):
            yield int.from_bytes(drawn)


def _problem(runs: list[Run], expected: list[Expected], shown: str) -> str | None:
    """Return why there is no verdict on any check, if that is so."""
    sentinels = {each.node for each in expected if each.task == SENTINEL}
    for run in runs:
        if run.problem:
            return run.problem
        if run.begun is None:
            how = "does not finish loading" if run.too_slow else "ends the program as it loads"
            return f"{shown} {how}."
        failed = {node for node, result in run.results.items() if result.status is Status.FAIL}
        if run.stuck in sentinels or not (run.stuck or sentinels <= failed):
            return f"{shown} changes how it is judged."
    return None


def _results(runs: list[Run], shown: str) -> dict[str, Result]:
    """Return how each check went that any fork has begun."""
    results: dict[str, Result] = {}
    for run in runs:
        results |= run.results
        if run.stuck:
            seconds = f"{forks.CHECK_SECONDS:.0f} seconds"
            how = (
                f"did not come back within {seconds}: an endless loop, or a wait without end?"
                if run.too_slow
                else "ended the whole program: a function returns or raises, and never exits."
            )
            results[run.stuck] = Result(Status.FAIL, Words(f"{shown} {how}"))
    return results


def _verdict(exercise: Exercise, expected: list[Expected], results: dict[str, Result]) -> Verdict:
    never = Words("This check was not reached, as others before it did not end.")
    missing = Result(Status.FAIL, never)
    by_task: dict[str, dict[str, list[Result]]] = {}
    for each in expected:
        found = by_task.setdefault(each.task, {}).setdefault(name_of(each.node), [])
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
    return CheckVerdict(name, status, first.words, first.mistake)
