"""What a rotation has to survive, one row after the other, for each of two users' turns.

Beside each row stands what AWS's own templates do, for one user and for two that alternate:
https://github.com/aws-samples/aws-secrets-manager-rotation-lambdas
"""

from __future__ import annotations

import json
import uuid
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import sql
from tests.faults.effects import Seam
from tests.faults.forked import killed
from tests.faults.scenarios import NEW, RIVALS, SECOND, TURNS, Combination, place, record, survive
from tests.faults.world import BACK, FIRST, BrokenError, must

from secrets_manager import AWSCURRENT
from secrets_manager.lab.rotation import AWSPENDING, STEPS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.faults.effects import Deed, Effect
    from tests.faults.world import World

CREATE, SET, TEST, FINISH = STEPS
HANDLED, PARTLY, NOT = "handled", "partly", "not handled"
ALTER = "ALTER ROLE LOGIN PASSWORD"

each_turn = pytest.mark.parametrize("turn", TURNS)


def row(number: int, *, single: str, alternating: str) -> Callable[[Any], Any]:
    """Mark a test as a row of the table, with what AWS's templates make of it."""
    mark = pytest.mark.row(number, single=single, alternating=alternating)
    return lambda test: mark(each_turn(test))


def end_with(world: World, token: str, when: str) -> None:
    """Let AWS call again with the same token, which has to succeed."""
    world.expect_open(when)
    world.expect_success(world.rotate(token), token, f"{when}, called again")


def refused(world: World, token: str, *steps: str) -> Exception:
    """Return the error of these steps, which must leave labels and roles as they are."""
    labels, roles = repr(world.labels()), world.others("")
    error = world.call(token, *steps)
    what = ", ".join(steps)
    if error is None:
        message = f"{what} was not refused"
        raise BrokenError(message)
    world.expect_plain(error, what)
    kind = getattr(world.subject, "RotationError", Exception)
    must(isinstance(error, kind), f"{what} was refused by {type(error).__name__}")
    must(repr(world.labels()) == labels, f"{what} was refused, and moved a label")
    must(world.others("") == roles, f"{what} was refused, and changed a role")
    return error


@row(1, single=HANDLED, alternating=HANDLED)
def test_row_01_a_crash_around_put_secret_value_keeps_the_value(world: World, turn: str) -> None:
    for after in (False, True):
        at = place(world, turn, CREATE, "PutSecretValue", after=after)
        with world.fresh(turn):
            token = world.begin()
            must(killed(world, token, at), "it was not killed")
            stored = world.value(AWSPENDING) if after else {}

            end_with(world, token, "after a crash")

            must(stored.items() <= world.value().items(), "a stored value was replaced")


@row(1, single=HANDLED, alternating=HANDLED)
def test_row_01_a_value_that_was_not_stored_is_no_success(world: World, turn: str) -> None:
    for way in ("refuse", "lose", "time_out"):
        with world.fresh(turn):
            token = world.begin()

            def act(effect: Effect, deed: Deed, way: str = way) -> Any:
                return deed.do() if effect.name != "PutSecretValue" else getattr(deed, way)()

            with Seam(world.admin, act).open() as seam:
                error = world.call(token, CREATE, seam=seam)

            must(error is not None, f"{way}: createSecret stored nothing, and passed")
            end_with(world, token, "after a PutSecretValue that failed")


@row(2, single=HANDLED, alternating=HANDLED)
def test_row_02_a_crash_before_the_commit_changes_nothing(world: World, turn: str) -> None:
    for after in (False, True):
        at = place(world, turn, SET, ALTER, after=after)
        with world.fresh(turn):
            roles, token = world.others(""), world.begin()
            must(killed(world, token, at), "it was not killed")
            world.sessions()
            must(world.others("") == roles, "what was not committed took effect")

            end_with(world, token, "after a crash")


@row(3, single=HANDLED, alternating=HANDLED)
def test_row_03_a_crash_after_the_commit_is_taken_up_by_the_same_token(
    world: World, turn: str
) -> None:
    at = place(world, turn, SET, "COMMIT", after=True)
    with world.fresh(turn):
        token = world.begin()
        must(killed(world, token, at), "it was not killed")
        must(world.accepts(world.value(AWSPENDING)), "AWSPENDING does not log in")

        end_with(world, token, "after a crash")


@row(4, single="stuck for good", alternating=HANDLED)
def test_row_04_a_crash_after_the_commit_is_overcome_by_a_new_token(
    world: World, turn: str
) -> None:
    at = place(world, turn, SET, "COMMIT", after=True)
    move = place(world, turn, FINISH, "UpdateSecretVersionStage")
    for crash in (at, move):
        with world.fresh(turn):
            must(killed(world, world.begin(), crash), "it was not killed")
            token = world.begin()

            end_with(world, token, "after a crash, and AWSPENDING dropped")


@row(5, single=HANDLED, alternating=HANDLED)
def test_row_05_a_crash_after_the_label_move_leaves_nothing_to_do(world: World, turn: str) -> None:
    at = place(world, turn, FINISH, "UpdateSecretVersionStage", after=True)
    with world.fresh(turn):
        token = world.begin()
        must(killed(world, token, at), "it was not killed")
        roles, labels = world.others(""), repr(world.labels())

        end_with(world, token, "after a crash")

        must((world.others(""), repr(world.labels())) == (roles, labels), "something was changed")


@row(6, single=HANDLED, alternating=HANDLED)
def test_row_06_steps_that_come_twice_or_late_change_nothing(world: World, turn: str) -> None:
    with world.fresh(turn):
        token = world.begin()
        for step in STEPS:
            world.call(token, step)
            value, labels = world.value(AWSPENDING), repr(world.labels())
            with Seam(world.admin).open() as seam:
                error = world.call(token, step, seam=seam)
            written = [each for each in seam.seen if each.name == "PutSecretValue"]
            must(not written, f"{step}, the second time, drew another password")
            must(error is None, f"{step} failed the second time")
            world.expect_open(f"after {step} came twice")
            must(world.value(AWSPENDING) == value, f"{step}, the second time, changed the value")
            must(repr(world.labels()) == labels, f"{step}, the second time, moved a label")
        roles = world.others("")

        world.expect_success(world.rotate(token), token, "all steps after finishSecret")

        must(world.others("") == roles, "a step after finishSecret changed a role")


@row(7, single=HANDLED, alternating=HANDLED)
def test_row_07_steps_that_come_too_early_are_refused(world: World, turn: str) -> None:
    with world.fresh(turn):
        token = world.begin()
        refused(world, token, SET)
        refused(world, token, TEST)
        world.call(token, CREATE)
        refused(world, token, TEST)

        end_with(world, token, "after steps that came too early")


@row(7, single=HANDLED, alternating=HANDLED)
def test_row_07_test_secret_sees_a_server_that_can_do_no_work(world: World, turn: str) -> None:
    """A login alone may succeed there, so it runs a query."""
    with world.fresh(turn):
        token = world.begin()
        world.call(token, CREATE, SET)

        def act(effect: Effect, deed: Deed) -> Any:
            return deed.do() if effect.name != "SELECT" else deed.time_out()

        with Seam(world.admin, act).open() as seam:
            error = world.call(token, TEST, seam=seam)

        must(error is not None, "testSecret asked nothing of the server, and passed")


@row(8, single="promotes it", alternating="promotes it")
def test_row_08_finish_before_create_or_set_is_refused(world: World, turn: str) -> None:
    with world.fresh(turn):
        token = world.begin()
        refused(world, token, FINISH)
        world.call(token, CREATE)
        refused(world, token, FINISH)

        end_with(world, token, "after finishSecret came too early")


@row(9, single=HANDLED, alternating=HANDLED)
def test_row_09_a_token_that_lost_its_label_is_refused(world: World, turn: str) -> None:
    with world.fresh(turn):
        token = world.begin()
        world.call(token, CREATE)
        world.drop_pending()
        for step in STEPS:
            with Seam(world.admin).open() as seam:
                refused(world, token, step)
            asked = [effect.name for effect in seam.seen]
            must(asked == ["DescribeSecret"], f"{step} went on without AWSPENDING")
        token = world.begin()
        world.call(token, *STEPS[:3])
        cancelled = world.begin()
        world.drop_pending()
        refused(world, cancelled, CREATE)
        later = world.begin()
        refused(world, token, SET)
        refused(world, token, FINISH)

        end_with(world, later, "after a cancelled rotation")


@row(10, single="handled for AWSPREVIOUS", alternating=NOT)
def test_row_10_a_drifted_password_is_healed_or_named(world: World, turn: str) -> None:
    with world.fresh(turn):
        world.rotate()
        world.rotate()
        previous = world.value("AWSPREVIOUS")
        world.give(previous["username"], world.password())
        token = world.begin()
        end_with(world, token, "where the other user had a password that nobody knows")

        current = world.value()
        world.give(current["username"], world.password())
        token = world.begin()
        world.call(token, CREATE)
        told = str(refused(world, token, SET))
        must(current["username"] in told, "the error does not say whose login was refused")
        world.give(current["username"], current["password"])

        end_with(world, token, "after the drift was mended")


@row(11, single=PARTLY, alternating=PARTLY)
def test_row_11_a_pending_login_of_somebody_else_is_refused(world: World, turn: str) -> None:
    wrong: list[dict[str, Any]] = [
        {"host": "localhost"},
        {"port": "1"},
        {"dbname": "template1"},
        {"masterarn": None},
        {"note": "changed"},
        {"more": "than there was"},
        {"rotatedfrom": None},
        {"rotatedfrom": str(uuid.uuid4())},
        {"password": None},
    ]
    with world.fresh(turn):
        users = [f"{world.user}_two", world.value()["username"], "postgres"]
        for changes in [*wrong, *({"username": user} for user in users)]:
            token = world.begin()
            world.pend(token, **changes)
            refused(world, token, SET)
            refused(world, token, FINISH)
        stranger = world.pend(world.begin(), username=users[0])
        world.give(stranger["username"], stranger["password"])
        refused(world, world.holder(AWSPENDING) or "", FINISH)

        end_with(world, world.begin(), "after strange logins")


@row(11, single=PARTLY, alternating=PARTLY)
def test_row_11_a_master_of_another_server_or_who_is_to_be_changed_is_refused(
    world: World, turn: str
) -> None:
    with world.fresh(turn):
        value = json.loads(world.client.get_secret_value(SecretId=world.master)["SecretString"])
        as_the_other = {"username": world.other(), "password": world.password()}
        for changes in ({"host": "localhost"}, {"port": "1"}, as_the_other):
            world.client.put_secret_value(
                SecretId=world.master, SecretString=json.dumps({**value, **changes})
            )
            if changes is as_the_other and turn == BACK:
                world.give(**as_the_other)
                world.sql("ALTER ROLE {} CREATEROLE", world.other())
            token = world.begin()
            world.call(token, CREATE)
            refused(world, token, SET)


@row(11, single=PARTLY, alternating=PARTLY)
def test_row_11_a_role_that_has_the_name_alone_is_not_taken_over(world: World, turn: str) -> None:
    with world.fresh(FIRST):
        world.add_role(
            world.clone, world.password(), "LOGIN SUPERUSER" if turn == BACK else "LOGIN"
        )
        if turn == BACK:
            world.sql("ALTER ROLE {} SUPERUSER", world.value()["username"])
            world.sql("GRANT {} TO {}", world.user, world.clone)
            world.sql("ALTER ROLE {} SUPERUSER", world.master_user())
        token = world.begin()
        world.call(token, CREATE)

        refused(world, token, SET)


@row(11, single=PARTLY, alternating=PARTLY)
def test_row_11_who_cannot_log_in_does_not_borrow_the_masters_power(
    world: World, turn: str
) -> None:
    """The deputy is not confused: whoever may write the secret proves who they are first."""
    with world.fresh(turn):
        world.edit(password=world.password())
        token = world.begin()
        world.call(token, CREATE)

        refused(world, token, SET)


@row(12, single=HANDLED, alternating=HANDLED)
def test_row_12_a_pending_value_that_is_no_login_is_refused(world: World, turn: str) -> None:
    with world.fresh(turn):
        for value in ("no JSON", "[]", "null", '"text"', "1", "[" * 9000, "{}"):
            token = world.begin()
            world.call(token, CREATE)
            world.store(token, value)
            for step in (SET, TEST, FINISH):
                refused(world, token, step)

        end_with(world, world.begin(), "after values that are no login")


@row(12, single=HANDLED, alternating=HANDLED)
def test_row_12_a_current_value_that_is_no_login_is_refused(world: World, turn: str) -> None:
    for field in ("username", "password", "host", "masterarn"):
        with world.fresh(turn):
            token = world.begin()
            value = world.value()
            del value[field]
            world.store(world.holder() or "", json.dumps(value))
            if field == "username":
                refused(world, token, CREATE)
            world.call(token, CREATE)
            refused(world, token, SET)


@row(13, single="says bad password", alternating="says bad password")
def test_row_13_a_database_that_is_down_is_not_a_bad_password(world: World, turn: str) -> None:
    kind = getattr(world.subject, "DatabaseUnreachableError", None)
    with world.fresh(turn):
        for step in (SET, TEST, FINISH):
            token = world.begin()
            told: list[str] = []
            world.call(token, *STEPS[: STEPS.index(step)])

            def act(effect: Effect, deed: Deed, told: list[str] = told) -> Any:
                if effect.name != "connect":
                    return deed.do()
                told.append(effect.name)
                return deed.lose()

            with Seam(world.admin, act).open() as seam:
                error = world.call(token, step, seam=seam)

            must(told, f"{step} does not connect")
            must(kind and type(error) is kind, f"{step} says {type(error).__name__}")


@row(14, single=PARTLY, alternating=PARTLY)
def test_row_14_what_is_no_rotation_is_refused(world: World, turn: str) -> None:
    with world.fresh(turn):
        token = world.holder() or ""
        for step in STEPS:
            refused(world, token, step)  # Rotation was never configured.
        token = world.begin()
        refused(world, token, "dropSecret")
        refused(world, token, "")
        for step in STEPS:
            refused(world, str(uuid.uuid4()), step)
        world.enable(rotation=False)
        for step in STEPS:
            refused(world, token, step)
        world.enable(rotation=True)

        end_with(world, token, "after what was no rotation")


@row(14, single=PARTLY, alternating=PARTLY)
def test_row_14_a_secret_without_awscurrent_is_refused(world: World, turn: str) -> None:
    with world.fresh(turn):
        token = world.begin()
        world.call(token, CREATE, SET)
        world.remove_label(AWSCURRENT)
        for step in STEPS:
            told = str(refused(world, token, step))
            must(AWSCURRENT in told, f"{step} does not say what is missing")


@row(15, single="loses it", alternating="loses it")
def test_row_15_an_operators_edit_is_never_lost(world: World, turn: str) -> None:
    for at in record(world, turn):
        with world.fresh(turn):
            token = world.begin()

            def act(effect: Effect, deed: Deed, at: Effect = at) -> Any:
                if effect == at:
                    world.edit(note="by an operator")
                return deed.do()

            with Seam(world.admin, act).open() as seam:
                error = world.rotate(token, seam)

            world.expect_plain(error, f"{at}: an edit")
            must(world.value()["note"] == "by an operator", f"{at}: an operator's edit is lost")
            world.expect_open(f"{at}: after an edit")
            token = world.begin()
            world.expect_success(world.rotate(token), token, f"{at}: a rotation afterwards")
            must(world.value()["note"] == "by an operator", f"{at}: the edit is lost later")


@row(15, single="loses it", alternating="loses it")
def test_row_15_an_edit_between_two_steps_is_named(world: World, turn: str) -> None:
    with world.fresh(turn):
        token = world.begin()
        world.call(token, *STEPS[:3])
        world.edit(note="by an operator")
        for step in (SET, FINISH):
            told = str(refused(world, token, step))
            must("no longer" in told, f"{step} does not say that AWSCURRENT is another version")


@row(15, single="loses it", alternating="loses it")
def test_row_15_a_roll_back_is_noticed_until_the_last_question(world: World, turn: str) -> None:
    """Back to the other user, whose password setSecret is about to change.

    Nobody can see what comes between the last question and the commit.
    """
    seen = [effect for effect in record(world, turn) if effect.step == SET]
    last = max(i for i, effect in enumerate(seen) if effect.name in ("GetSecretValue", ALTER))
    for at in seen[: last + 1] if turn == BACK else []:
        with world.fresh(turn):
            world.rotate()
            world.rotate()
            token = world.begin()

            def act(effect: Effect, deed: Deed, at: Effect = at) -> Any:
                if (effect.step, effect.number) == (at.step, at.number):
                    world.roll_back()
                return deed.do()

            with Seam(world.admin, act).open() as seam:
                world.rotate(token, seam)

            world.expect_open(f"{at}: after a roll-back")


@row(16, single="shows it", alternating="shows it")
def test_row_16_no_password_reaches_the_servers_log(world: World, turn: str) -> None:
    with world.fresh(turn):
        for setting in ("ddl", "all"):
            world.sql(f"ALTER SYSTEM SET log_statement = '{setting}'")
            world.sql("SELECT pg_reload_conf()")

            token = world.begin()
            world.expect_success(world.rotate(token), token, f"log_statement={setting}")

            must("PASSWORD" in world.cluster.log(world.log_offset), "no statement was logged")
            world.expect_silence(f"log_statement={setting}")


@row(17, single=HANDLED, alternating=HANDLED)
@pytest.mark.parametrize(
    "name", ['"Zoë"\'s %s {} \\ ', "a; DROP ROLE b --", "ключ", "CAPITAL", "x" * 57]
)
def test_row_17_odd_names_work(world: World, turn: str, name: str) -> None:
    with world.fresh(turn, name):
        for _ in range(2):
            token = world.begin()
            world.expect_success(world.rotate(token), token, repr(name))
        world.expect_silence(repr(name))


@row(17, single=HANDLED, alternating=HANDLED)
def test_row_17_a_name_too_long_for_a_partner_is_refused(world: World, turn: str) -> None:
    for name in ["_clone"] if turn == BACK else ["x" * 58, "é" * 29]:
        with world.fresh(FIRST):
            world.edit(username=name)
            for step in STEPS:
                refused(world, world.begin(), step)


@row(18, single=NOT, alternating=PARTLY)
def test_row_18_of_two_create_steps_at_once_neither_fails(world: World, turn: str) -> None:
    with world.fresh(turn):
        token = world.begin()
        errors: list[Exception | None] = []

        def act(effect: Effect, deed: Deed) -> Any:
            if effect.name == "PutSecretValue":
                errors.append(world.call(token, CREATE))
                stored.append(world.value(AWSPENDING))
            return deed.do()

        stored: list[dict[str, Any]] = []
        with Seam(world.admin, act).open() as seam:
            errors.append(world.call(token, CREATE, seam=seam))

        must(errors == [None, None], "a createSecret failed because of its twin")
        must(world.value(AWSPENDING) == stored[0], "a createSecret replaced its twin's value")
        end_with(world, token, "after createSecret was called twice at once")


@row(18, single=NOT, alternating=PARTLY)
def test_row_18_a_set_that_was_overtaken_is_refused(world: World, turn: str) -> None:
    """Up to its last question; and what the other rotation has stored is not its business."""
    seen = [effect for effect in record(world, turn) if effect.step == SET]
    reads = [i for i, effect in enumerate(seen) if effect.name == "GetSecretValue"]
    for at in seen[: reads[-2] + 1]:
        with world.fresh(turn):
            token = world.begin()
            world.call(token, CREATE)
            roles = world.others("")

            def act(effect: Effect, deed: Deed, at: Effect = at) -> Any:
                if effect == at:
                    world.call(world.begin(), CREATE)
                return deed.do()

            with Seam(world.admin, act).open() as seam:
                error = world.call(token, SET, seam=seam)

            must(error is not None, f"{at}: a setSecret that was overtaken went on")
            must(world.others("") == roles, f"{at}: it changed a role")


@row(18, single=NOT, alternating=PARTLY)
def test_row_18_the_lock_is_held_for_as_long_as_it_takes(world: World, turn: str) -> None:
    """From before the change until after its commit; and until AWSCURRENT has moved."""
    wanted = [(SET, ALTER), (SET, "COMMIT"), (FINISH, "UpdateSecretVersionStage")]
    locked: dict[tuple[str, str], bool] = {}

    def act(effect: Effect, deed: Deed) -> Any:
        locked.setdefault((effect.step, effect.name), world.is_locked())
        return deed.do()

    with world.fresh(turn), Seam(world.admin, act).open() as seam:
        token = world.begin()
        world.expect_success(world.rotate(token, seam), token, "a rotation")

    for step, name in wanted:
        must(locked[step, name], f"{step}: nobody holds the lock at {name}")


@row(18, single=NOT, alternating=PARTLY)
def test_row_18_of_two_rotations_at_once_one_wins(world: World, turn: str) -> None:
    effects = [place(world, turn, SET, "COMMIT"), place(world, turn, FINISH, "COMMIT")]
    for kind, (whose, _) in RIVALS.items():
        for effect in effects if whose == NEW else effects[:1]:
            survive(world, Combination(turn, kind, effect, SECOND))


@row(19, single="does not apply", alternating=NOT)
def test_row_19_both_users_read_what_either_creates(world: World, turn: str) -> None:
    with world.fresh(turn), broken_where_sql_is_refused():
        world.sql("CREATE SCHEMA {} AUTHORIZATION {}", world.user, world.user)
        logins = [world.value()]
        for number in range(2):
            world.rotate()
            logins.append(world.value())
            table = sql.Identifier(world.user, f"made_in_turn_{number}")
            with world.connect(logins[-1]) as session:
                session.execute(sql.SQL("CREATE TABLE {} ()").format(table))
            for login in logins[-2:]:
                with world.connect(login) as session:
                    session.execute(sql.SQL("SELECT FROM {}").format(table))
                    session.execute(sql.SQL("ALTER TABLE {} SET (fillfactor = 90)").format(table))


@contextmanager
def broken_where_sql_is_refused() -> Iterator[None]:
    try:
        yield
    except psycopg.errors.InsufficientPrivilege as error:
        message = f"one user cannot use what the other has made: {error}"
        raise BrokenError(message) from None


# The rule behind the table, for what it does not list


events = st.lists(
    st.one_of(
        st.tuples(st.just("call"), st.sampled_from(STEPS), st.integers(0, 2)),
        st.tuples(
            st.just("fault"), st.sampled_from(("lose", "refuse", "time_out")), st.integers(0, 40)
        ),
        st.tuples(
            st.sampled_from(("begin", "cancel", "edit", "drift", "restart", "rotate")),
            st.none(),
            st.none(),
        ),
    ),
    min_size=3,
    max_size=12,
)


@each_turn
@settings(
    max_examples=12,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(story=events)
def test_the_rule_whatever_happens_the_application_logs_in_and_nobody_else_changes(
    story: list[tuple[str, Any, Any]], turn: str, world: World
) -> None:
    """Steps in any order, of any token; faults, cancels, edits, drifts and restarts between."""
    with world.fresh(turn):
        tokens = [world.begin()]
        strangers = world.strangers()
        for what, which, number in story:
            happen(world, tokens, what, which, number)
            world.expect_open(f"after {what}")
            must(world.strangers() == strangers, f"{what} changed somebody else")

        token = world.begin()
        world.expect_success(world.rotate(token), token, "a rotation afterwards")
        must(world.strangers() == strangers, "a rotation changed somebody else")
        world.expect_silence("in the end")


def happen(world: World, tokens: list[str], what: str, which: Any, number: Any) -> None:
    """Let one thing happen, and note its errors."""
    error = None
    if what == "call":
        error = world.call(tokens[-1 - number % len(tokens)], which)
    elif what == "rotate":
        error = world.rotate(tokens[-1])
    elif what == "fault":
        count: list[Effect] = []

        def act(effect: Effect, deed: Deed) -> Any:
            count.append(effect)
            return getattr(deed, which)() if len(count) > number else deed.do()

        with Seam(world.admin, act).open() as seam:
            error = world.rotate(tokens[-1], seam)
    elif what == "begin":
        tokens.append(world.begin())
    elif what == "cancel":
        world.drop_pending()
    elif what == "edit":
        world.edit(note=str(uuid.uuid4()))
    elif what == "drift":
        if world.exists(world.other()):
            world.give(world.other(), world.password())
    else:
        world.cluster.restart()
    world.expect_plain(error, what)
