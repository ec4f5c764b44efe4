"""What every test may ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from secrets_manager.lab.backends import open_backend

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_secretsmanager import SecretsManagerClient


@pytest.fixture
def client() -> Iterator[SecretsManagerClient]:
    """Yield a client of an empty moto."""
    with open_backend("moto") as client:
        yield client
