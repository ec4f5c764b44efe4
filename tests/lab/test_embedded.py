"""A server that begins to start at once, and is gone however early its block ends."""

from __future__ import annotations

import importlib.util
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from secrets_manager.lab import embedded
from secrets_manager.lab.embedded import Server, begun, told_by
from secrets_manager.lab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

# Beside those of test_postgres.py: one worker starts the servers.
pytestmark = pytest.mark.xdist_group("postgres")


@pytest.fixture(autouse=True)
def no_url(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LAB_PG_URL", raising=False)


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that the server's user can enter, for temporary files of this test alone."""
    with tempfile.TemporaryDirectory(prefix="secrets-course-test-") as name:
        folder = Path(name).resolve()
        folder.chmod(0o711)
        monkeypatch.setenv("TMPDIR", str(folder))
        yield folder


def test_a_server_is_told_when_it_is_ready(folder: Path) -> None:
    with begun() as keeper:
        assert keeper
        assert told_by(keeper).port
        assert [*folder.iterdir()]

    assert (keeper.returncode, [*folder.iterdir()]) == (0, [])


def test_a_block_that_ends_before_the_server_is_ready_leaves_nothing(folder: Path) -> None:
    with begun() as keeper:
        pass

    assert keeper
    assert (keeper.returncode, [*folder.iterdir()]) == (0, [])


def test_nothing_is_begun_where_a_server_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAB_PG_URL", "postgresql://given")

    with begun() as keeper:
        assert keeper is None


def test_a_server_does_not_show_its_password() -> None:
    assert "canary" not in repr(Server(5432, "canary"))


def test_pg_variables_come_back_after_the_last_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "_open_blocks", [])
    monkeypatch.setenv("PGSSLMODE", "require")

    one, other = (embedded._without_pg_variables() for _ in range(2))
    shown = []
    for step in (one.__enter__, other.__enter__, lambda: leave(one), lambda: leave(other)):
        step()
        shown.append(os.environ.get("PGSSLMODE"))

    assert shown == [None, None, None, "require"]


def leave(block: AbstractContextManager[None]) -> None:
    block.__exit__(None, None, None)


def test_missing_binaries_are_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)

    with pytest.raises(LabError, match=r"make setup.*LAB_PG_URL"), begun():
        pass
