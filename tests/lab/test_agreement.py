"""The table of behaviours, run: agreement with AWS passes, and so does a departure we know."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import botocore.session
import pytest

from secrets_manager.lab.agreement import EMULATORS, document
from secrets_manager.lab.behaviours import BEHAVIOURS, Behaviour

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

PAGE = Path(__file__).parents[2] / "docs" / "emulators.md"


@pytest.mark.parametrize("behaviour", BEHAVIOURS, ids=lambda behaviour: behaviour.words)
def test_emulator_does_as_the_table_says(
    behaviour: Behaviour, backend: str, client: SecretsManagerClient
) -> None:
    """A departure that has healed fails as well: take it off the table then, and `make docs`."""
    wanted = behaviour.departs.get(backend, behaviour.aws)

    happened = behaviour.run(client, f"secrets-course-{uuid.uuid4().hex[:8]}")

    assert happened == wanted


def test_the_table_covers_at_least_sixty_behaviours() -> None:
    assert len(BEHAVIOURS) >= 60


def test_no_two_behaviours_have_the_same_words() -> None:
    words = [behaviour.words for behaviour in BEHAVIOURS]

    assert len(words) == len(set(words))


def test_a_departure_differs_from_what_aws_does() -> None:
    for behaviour in BEHAVIOURS:
        assert behaviour.aws not in behaviour.departs.values(), behaviour.words
        assert behaviour.departs.keys() <= set(EMULATORS), behaviour.words


def test_every_behaviour_names_an_operation_of_aws() -> None:
    model = botocore.session.get_session().get_service_model("secretsmanager")

    assert {behaviour.page for behaviour in BEHAVIOURS} <= set(model.operation_names)


def test_the_page_for_learners_is_what_the_table_says() -> None:
    assert PAGE.read_text() == document(), "write it anew: make docs"
