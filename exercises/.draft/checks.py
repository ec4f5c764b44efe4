"""The checks of exercise $number: $title."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import pytest

from secrets_manager.grading.checks import expect, task, told

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient


@pytest.fixture
def name() -> str:
    """The name of one secret that nobody else uses."""
    return f"shop-{uuid.uuid4().hex}/prod"


# Task $number.1


@task("$number.1")
def test_a_missing_secret_is_none(exercise: Any, client: SecretsManagerClient, name: str) -> None:
    """To write: what is wanted, and why; this one wants None for a secret that does not exist."""
    result = exercise.value_of(client, name)

    expect(result is None, f"value_of() returned {told(result)} for a secret that does not exist")
