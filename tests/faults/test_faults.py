"""Every fault, at every side effect of a rotation, with every recovery."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.faults.scenarios import KINDS, RECOVERIES, RIVALS, SECOND, TURNS, combinations

from secrets_manager.lab.rotation import STEPS

if TYPE_CHECKING:
    from tests.faults.conftest import Trial
    from tests.faults.effects import Effect
    from tests.faults.world import World


@pytest.mark.parametrize("turn", TURNS)
@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("recovery", RECOVERIES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_rotation_survives(
    kind: str,
    recovery: str,
    step: str,
    turn: str,
    world: World,
    effects: dict[str, list[Effect]],
    trial: Trial,
) -> None:
    here = [effect for effect in effects[turn] if effect.step == step]

    trial(world, combinations(here, turn, [kind], [recovery]))


@pytest.mark.parametrize("turn", TURNS)
@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("kind", RIVALS)
def test_two_handlers_at_once_survive(
    kind: str,
    step: str,
    turn: str,
    world: World,
    effects: dict[str, list[Effect]],
    trial: Trial,
) -> None:
    here = [effect for effect in effects[turn] if effect.step == step]

    trial(world, combinations(here, turn, [kind], [SECOND]))
