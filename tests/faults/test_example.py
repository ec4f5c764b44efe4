"""Example 3's simple handler does not commit the sins that AWS's templates are blamed for.

It takes no lock and compares no pair, which is what exercise 3 adds; so it is not asked here what
two handlers at once, or an operator's edit, do to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.faults import test_rotation_table as table
from tests.faults.scenarios import KILLED, NEW, SAME, combinations, record
from tests.faults.subjects import SOLUTION, solution
from tests.faults.world import BACK, FIRST, make_world

from secrets_manager.lab.rotation import STEPS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.faults.conftest import Trial
    from tests.faults.world import World

EXAMPLE = SOLUTION.parents[2] / "src" / "secrets_manager" / "examples" / "example_3.py"
ROWS = (
    table.test_row_03_a_crash_after_the_commit_is_taken_up_by_the_same_token,
    table.test_row_04_a_crash_after_the_commit_is_overcome_by_a_new_token,
    table.test_row_05_a_crash_after_the_label_move_leaves_nothing_to_do,
    table.test_row_06_steps_that_come_twice_or_late_change_nothing,
    table.test_row_07_steps_that_come_too_early_are_refused,
    table.test_row_08_finish_before_create_or_set_is_refused,
    table.test_row_09_a_token_that_lost_its_label_is_refused,
    table.test_row_16_no_password_reaches_the_servers_log,
)

# What differs for the state that a fault leaves: before, after, and before with a living process.
KINDS = (KILLED, "answer lost", "timed out")

# One user alone; or two that alternate, both of whom exist.
each_form = pytest.mark.parametrize("single", [True, False], ids=["single", "alternating"])


@pytest.fixture
def example(world: World, single: bool) -> World:
    example = make_world(world.client, world.cluster, solution(file=EXAMPLE))
    example.single, example.strict = single, False
    return example


@each_form
@pytest.mark.parametrize("row", ROWS, ids=[row.__name__.removeprefix("test_") for row in ROWS])
def test_the_simple_handler_passes_a_row(
    row: Callable[[World, str], None], single: bool, example: World
) -> None:
    row(example, FIRST if single else BACK)


@each_form
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("recovery", [SAME, NEW])
@pytest.mark.parametrize("step", STEPS)
def test_the_simple_handler_survives(
    kind: str, recovery: str, step: str, single: bool, example: World, trial: Trial
) -> None:
    turn = FIRST if single else BACK
    here = [effect for effect in record(example, turn) if effect.step == step]

    trial(example, combinations(here, turn, [kind], [recovery]))
