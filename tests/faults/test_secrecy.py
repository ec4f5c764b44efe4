"""No password where it does not belong; that errors and the log hold none, each fault looks too."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from psycopg import sql
from tests.faults.effects import Seam
from tests.faults.scenarios import TURNS
from tests.faults.world import BrokenError, must

from secrets_manager.lab.transcript import Transcript

if TYPE_CHECKING:
    from tests.faults.effects import Deed, Effect
    from tests.faults.world import World

each_turn = pytest.mark.parametrize("turn", TURNS)


@each_turn
def test_no_password_is_in_pg_stat_activity_at_any_statement(world: World, turn: str) -> None:
    seen: set[str] = set()

    def act(effect: Effect, deed: Deed) -> Any:
        answer = deed.do()
        asked = world.admin.execute("SELECT query FROM pg_stat_activity")
        seen.update(str(query) for (query,) in asked)
        return answer

    with world.fresh(turn), Seam(world.admin, act).open() as seam:
        token = world.begin()
        world.expect_success(world.rotate(token, seam), token, "a rotation")

        assert any(query.startswith("ALTER ROLE") and "PASSWORD" in query for query in seen)
        assert not world.shows_a_password("\n".join(seen))


@each_turn
@pytest.mark.parametrize("fault", ["nothing", "lose", "refuse", "time_out"])
def test_no_password_is_in_the_transcript_or_in_a_log_of_python(
    fault: str,
    turn: str,
    world: World,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)  # Below, botocore itself logs what it sends.

    def act(effect: Effect, deed: Deed) -> Any:
        broken = fault != "nothing" and effect.name == "PutSecretValue"
        return getattr(deed, fault)() if broken else deed.do()

    with world.fresh(turn), Transcript().listening(world.client.meta.events):
        token = world.begin()
        with Seam(world.admin, act).open() as seam:
            world.rotate(token, seam)
        world.rotate(token)

        told = capsys.readouterr().out
        assert "PutSecretValue" in told
        assert not world.shows_a_password(" ".join(f"{told} {caplog.text}".split()))


def test_a_password_is_seen_where_it_does_not_belong(world: World) -> None:
    """So that the tests of logs and errors cannot pass because they see nothing."""
    with world.fresh():
        password = world.value()["password"]
        plain = sql.SQL("ALTER ROLE {} PASSWORD {}")

        def show_in_locals(password: str) -> None:
            raise psycopg.OperationalError(f"{len(password)} characters")  # noqa: EM102

        assert world.shows_a_password(f"x{password}x")
        with pytest.raises(psycopg.OperationalError) as caught:
            show_in_locals(password)
        with pytest.raises(BrokenError, match="holds a password"):
            world.expect_plain(caught.value, "an error")
        world.admin.execute(plain.format(sql.Identifier(world.user), sql.Literal(password)))
        with pytest.raises(BrokenError, match="in the server's log"):
            world.expect_silence("a plain password")
        must(world.is_open(), "the password is as it was")
