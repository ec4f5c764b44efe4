"""What goes wrong during a rotation, and what comes after: one combination at a time."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from tests.faults.effects import Seam
from tests.faults.forked import killed
from tests.faults.world import BACK, FIRST, BrokenError, must

from secrets_manager.lab.rotation import STEPS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from tests.faults.effects import Deed, Effect
    from tests.faults.world import World

TURNS = (FIRST, BACK)
KILLED = "killed with -9"
RESTARTED = "database restarted"
AFTER_ALL = "the end"


def answer_lost(deed: Deed) -> Any:
    """Let it happen, and lose the answer; every time that botocore tries."""
    deed.do()
    return deed.lose()


# What goes wrong at a side effect. Crashes come before each of them and after the last, which is
# also after each of them.
FAULTS: dict[str, Callable[[Deed], Any]] = {
    "connection lost": lambda deed: deed.lose(),
    "answer lost": answer_lost,
    "throttled": lambda deed: deed.refuse(),
    "timed out": lambda deed: deed.time_out(),
}
KINDS = (KILLED, *FAULTS, RESTARTED)
SAME, NEW, RESTART = "same token", "new token", "restart, same token"
RECOVERIES = (SAME, NEW, RESTART)
SECOND = "a second handler"  # What stands for the recovery where the fault is a rival.

# What a second handler does at a side effect of the first: with whose token, and which steps
# at once. The others of its steps come when the first has ended.
RIVALS = {
    "twin, one step": (SAME, ()),
    "twin, all steps": (SAME, STEPS),
    "successor, two steps": (NEW, STEPS[:2]),
    "successor, all steps": (NEW, STEPS),
}


@dataclass(frozen=True)
class Combination:
    """A fault at a side effect of a turn, and what follows; its text is its name for `ONLY`."""

    turn: str
    fault: str
    effect: Effect | None
    recovery: str

    def __str__(self) -> str:
        return f"{self.turn} / {self.fault} / {self.effect or AFTER_ALL} / {self.recovery}"


def record(world: World, turn: str) -> list[Effect]:
    """Return the side effects of a whole rotation."""
    with world.fresh(turn):
        token = world.begin()
        with Seam(world.admin).open() as seam:
            error = world.rotate(token, seam)
        world.expect_success(error, token, "without any fault")
        _expect_closed(world, seam)
        return seam.seen


def _expect_closed(world: World, seam: Seam) -> None:
    """Fail where a handler has left a connection to the garbage collector."""
    must(not (world.strict and seam.left_open), "a connection was left open")


def place(world: World, turn: str, step: str, name: str, *, after: bool = False) -> Effect | None:
    """Return the first side effect of this name in a step; or the next one, where all may end."""
    seen = [*record(world, turn), None]
    index = next(
        i for i, each in enumerate(seen) if each and (each.step, each.name) == (step, name)
    )
    return seen[index + after]


def combinations(
    effects: Sequence[Effect], turn: str, kinds: Iterable[str], recoveries: Iterable[str]
) -> Iterator[Combination]:
    """Yield each fault at each of these side effects, with each recovery."""
    for kind in kinds:
        for recovery in recoveries:
            for effect in effects:
                yield Combination(turn, kind, effect, recovery)
            if kind == KILLED and effects[-1].step == STEPS[-1]:
                yield Combination(turn, kind, None, recovery)


def survive(world: World, combination: Combination) -> None:
    """Let one fault happen and recover from it.

    Raises:
        BrokenError: The rule of rotation does not hold; the text says in what.
    """
    with world.fresh(combination.turn):
        if combination.fault in RIVALS:
            _survive_a_rival(world, combination)
        else:
            _survive_a_fault(world, combination)
        must(world.sessions() == 0, "a connection was left open")
        world.expect_silence("in the end")


def _survive_a_fault(world: World, combination: Combination) -> None:
    token, other = world.begin(), world.other()
    before = world.others(other)
    if combination.fault == KILLED:
        must(killed(world, token, combination.effect), f"{combination.effect} did not come")
    else:
        _disturb(world, token, combination)
    world.expect_open("after the fault")
    must(world.others(other) == before, "the fault changed another role")
    if combination.recovery == RESTART:
        world.cluster.restart()
    _recover(world, token, combination.recovery)
    must(world.value()["note"] == "kept", "a field of the secret is lost")
    if combination.recovery != NEW:  # Which is a rotation afterwards by itself.
        token = world.begin()
        world.expect_success(world.rotate(token), token, "a rotation afterwards")


def _disturb(world: World, token: str, combination: Combination) -> None:
    def act(effect: Effect, deed: Deed) -> Any:
        if effect != combination.effect:
            return deed.do()
        met.append(effect)
        if combination.fault == RESTARTED:
            world.cluster.restart()
            return deed.do()
        return FAULTS[combination.fault](deed)

    met: list[Effect] = []
    with Seam(world.admin, act).open() as seam:
        error = world.rotate(token, seam)
    must(met, f"{combination.effect} did not come")
    _expect_closed(world, seam)
    world.expect_plain(error, "after the fault")


def _recover(world: World, token: str, recovery: str) -> None:
    """Let AWS call again, or an operator cancel and start anew: both have to succeed."""
    if recovery == NEW:
        token = world.begin()
        world.expect_open("after AWSPENDING was dropped")
    other = world.other()
    before = world.others(other)
    error = world.rotate(token)
    world.expect_plain(error, f"with the {recovery}")
    world.expect_success(error, token, f"with the {recovery}")
    must(world.others(other) == before, "the recovery changed another role")


def _survive_a_rival(world: World, combination: Combination) -> None:
    whose, steps = RIVALS[combination.fault]
    token, other = world.begin(), world.other()
    before = world.others(other)
    rival = Rival(world)

    def act(effect: Effect, deed: Deed) -> Any:
        if effect == combination.effect:
            rival.start(token if whose == SAME else world.begin(), steps or (effect.step,))
        return deed.do()

    with Seam(world.admin, act).open() as seam:
        error = world.rotate(token, seam)
    rival.end()
    world.expect_plain(error, "the one that was overtaken")
    world.expect_plain(rival.error, "the one that overtook")
    world.expect_open("after one handler had overtaken another")
    _come_to_an_end(world, rival.token)
    if world.single or world.other() != other:
        must(world.others(other) == before, "another role was changed")
    token = world.begin()
    world.expect_success(world.rotate(token), token, "a rotation afterwards")


def _come_to_an_end(world: World, token: str) -> None:
    """Let AWS call again until a rotation is over; where it is refused, an operator cancels it."""
    error = None if world.holder() == token else world.rotate(token)
    world.expect_plain(error, "called again")
    world.expect_open("after it was called again")
    if error or world.holder() != token:
        token = world.begin()
        world.expect_success(world.rotate(token), token, "after a cancelled rotation")


class Rival:
    """A second handler, in a thread of its own, that is at work until it waits for a lock."""

    def __init__(self, world: World) -> None:
        self.token = ""
        self._world = world
        self._thread: threading.Thread | None = None
        self.error: Exception | None = None

    def start(self, token: str, steps: Sequence[str]) -> None:
        """Let it work until it is done, or waits."""
        self.token = token
        self._thread = threading.Thread(target=partial(self._run, steps), daemon=True)
        self._thread.start()
        while self._thread.is_alive() and not self._waits():
            self._thread.join(0.002)

    def end(self) -> None:
        """Wait for it."""
        if self._thread is None:
            message = "the side effect did not come"
            raise BrokenError(message)
        self._thread.join(30)
        must(not self._thread.is_alive(), "a handler waits for ever")

    def _run(self, steps: Sequence[str]) -> None:
        self.error = self._world.call(self.token, *steps)

    def _waits(self) -> bool:
        return self._world.waits()
