"""Each guard of the solution, taken out: at least one fault or row must fail without it."""

from __future__ import annotations

import ast
import inspect
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import pytest
from tests.faults import test_rotation_table
from tests.faults.scenarios import RIVALS, SAME, SECOND, TURNS, combinations, record, survive
from tests.faults.subjects import SOLUTION, solution
from tests.faults.world import BrokenError, make_world

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.faults.world import World


@dataclass(frozen=True)
class Plant:
    """A bug: what of the solution is replaced by what; and which rows or faults should find it."""

    name: str
    replacements: tuple[tuple[str, str], ...]
    suspects: tuple[str, ...]


def plant(name: str, *suspects: str, **replaced: str) -> Plant:
    """Return a bug that takes text out, or replaces it."""
    old, new = replaced["old"], replaced.get("new", "")
    more = ((replaced["also"], replaced.get("by", "")),) if "also" in replaced else ()
    return Plant(name, ((old, new), *more), suspects)


WITH_CURRENT = "    with closing(log_in(current.login)) as session, session:\n"
WITH_PENDING = "    with closing(log_in(pending.login)) as session, session:\n"
WITH_MASTER = "        with closing(log_in(master.login)) as connection, connection:\n"
LOCK = "        take_lock(session, arn)\n"
OWNER = '        [(owner,)] = session.execute("SELECT current_user")\n'
CHANGE = '            prepare_user(connection, user, pending.login["password"], owner)\n'
ASK = (
    "            # Asked last: what is found now undoes all of it, and what comes later waits.\n"
    "            pair(client, arn, token)\n"
)
TRY = (
    "        # Now that nobody else can change the password, "
    "or take this rotation's place unseen.\n"
    "        test_secret(client, arn, token)\n"
)
PUT_FAILED = "        failure.__context__ = None\n        raise failure.with_traceback(None)\n"

PLANTS = (
    # handler, current_version
    plant(
        "an unknown step is let through",
        "row_14",
        old="        message = f\"a rotation has no step {event['Step']!r}\"\n"
        "        raise RotationError(message)\n",
        new="        return\n",
    ),
    plant(
        "a finished rotation goes on",
        "row_06",
        "row_05",
        old="    if current_version(client, arn, token) != token:\n        step(",
        new="    if current_version(client, arn, token):\n        step(",
    ),
    plant(
        "rotation need not be enabled",
        "row_14",
        old='if not secret.get("RotationEnabled"):',
        new="if False:",
    ),
    plant(
        "a token need not be a version",
        "row_14",
        old="elif token not in versions:",
        new="elif False:",
    ),
    plant(
        "there need be no AWSCURRENT",
        "row_14",
        old="elif holder is None:",
        new="elif False:",
        also="if holder is None or problem:",
        by="if problem:",
    ),
    plant(
        "a token need not be AWSPENDING",
        "row_09",
        old="elif token != holder and AWSPENDING not in versions[token]:",
        new="elif False:",
    ),
    plant(
        "problems are found, and not raised",
        "row_14",
        old='        message = f"{arn}: {problem}"\n        raise RotationError(message)\n',
        new="        pass\n",
    ),
    # read
    plant(
        "a value that is not there is an error of AWS",
        "row_07",
        old='if code == "ResourceNotFoundException":',
        new="if False:",
    ),
    plant(
        "a version that lost its label is an error of AWS",
        "row_15",
        old='if code == "InvalidRequestException" and version_id:',
        new="if False:",
    ),
    plant(
        "a value may be anything",
        "row_12",
        old='    if version is None:\n        message = f"{secret_id}: the value labelled '
        '{version_stage} is not a JSON object"\n        raise RotationError(message)\n',
    ),
    plant(
        "only what is no JSON is looked for",
        "row_12",
        old="except (KeyError, TypeError, ValueError, RecursionError):",
        new="except ValueError:",
    ),
    plant(
        "a field that lacks is None",
        "row_12",
        old='        message = f"the secret\'s value has no field {field}"\n'
        "        raise RotationError(message)\n",
        new="        return None\n",
    ),
    # other_user, create_secret
    plant(
        "a name may have any length",
        "row_17",
        old="if not 0 < len(other.encode()) <= MAX_NAME_BYTES:",
        new="if False:",
    ),
    plant(
        "a name is counted in characters",
        "row_17",
        old="len(other.encode())",
        new="len(other)",
    ),
    plant(
        "each try draws a password",
        "row_06",
        old="    with suppress(NoValueError):\n        read(client, arn, AWSPENDING, token)\n"
        "        return\n",
    ),
    plant(
        "a twin that came first is an error",
        "row_18",
        old='if error.response["Error"]["Code"] != "ResourceExistsException":',
        new="if True:",
    ),
    plant(
        "a value that could not be stored counts as stored",
        "row_01",
        old=PUT_FAILED,
        new="        pass\n",
    ),
    plant(
        "a value that nobody answered for counts as stored",
        "row_01",
        old="    except BotoCoreError as error:\n        failure = error\n",
        new="    except BotoCoreError:\n        pass\n",
    ),
    plant(
        "an error brings botocore's frames along",
        "answer lost / createSecret",
        old=PUT_FAILED,
        new="        raise failure\n",
    ),
    plant(
        "an error brings a drawn password along",
        "answer lost / createSecret",
        old="    drawn = SecretDict(",
        new="    drawn = dict(",
    ),
    # log_in, test_secret
    plant(
        "a dead network is a bad password",
        "row_13",
        old="raise LoginRefusedError(message) if refused else DatabaseUnreachableError(message)",
        new="raise LoginRefusedError(message)",
    ),
    plant(
        "an error brings the login's frames along",
        "row_13",
        "throttled / testSecret",
        old="        words = str(error)\n",
        new="        words = str(error)\n        if not any(r in words for r in REFUSALS):\n"
        "            raise DatabaseUnreachableError(words) from error\n",
    ),
    plant(
        "testSecret asks nothing",
        "row_07",
        old='        connection.execute("SELECT 1")\n',
        new="        pass\n",
    ),
    plant(
        "testSecret leaves its connection open",
        "recording",
        old="    with closing(log_in(pending.login)) as connection, connection:\n",
        new="    connection = log_in(pending.login)\n    if True:\n",
    ),
    plant(
        "a failed commit leaves a connection open",
        "throttled / testSecret",
        old="    with closing(log_in(pending.login)) as connection, connection:\n",
        new="    with log_in(pending.login) as connection:\n",
    ),
    plant(
        "testSecret tries any AWSPENDING",
        "successor, two steps / finishSecret",
        old="    pending = read(client, arn, AWSPENDING, token)\n    # A commit",
        new="    pending = read(client, arn, AWSPENDING)\n    # A commit",
    ),
    # prepare_user
    plant(
        "a role that has the name is taken",
        "row_11",
        old="    elif known != (True,):\n",
        new="    elif False:\n",
    ),
    plant(
        "a superuser is taken",
        "row_11",
        old="SELECT pg_has_role(oid, %s, 'MEMBER') AND NOT rolsuper FROM",
        new="SELECT pg_has_role(oid, %s, 'MEMBER') FROM",
    ),
    plant(
        "a plain password is sent",
        "row_16",
        old="sql.Literal(verifier)",
        new="sql.Literal(plain)",
        also="    del password  #",
        by="    plain = password  #",
    ),
    plant(
        "an error shows the locals of prepare_user",
        "connection lost / setSecret",
        old="    del password  #",
        new="    pass  #",
    ),
    plant(
        "the new user is nobody's member",
        "row_19",
        "row_06",
        old="CREATE ROLE {} IN ROLE {}",
        new="CREATE ROLE {0}",
    ),
    plant(
        "what the clone makes is the clone's",
        "row_19",
        old="    if user != owner:\n",
        new="    if False:\n",
    ),
    # pair
    plant(
        "any AWSPENDING will do",
        "row_18_a_set",
        old="    pending = read(client, arn, AWSPENDING, token)\n    current = read",
        new="    pending = read(client, arn, AWSPENDING)\n    current = read",
    ),
    plant(
        "AWSCURRENT may be another than AWSPENDING was made from",
        "row_15",
        old="read(client, arn, AWSCURRENT, pending.login[ROTATED_FROM])",
        new="read(client, arn)",
    ),
    plant(
        "AWSPENDING may be anybody's",
        "row_11",
        old='if pending.login != _other_login(current, pending.login["password"]):',
        new="if False:",
    ),
    # set_secret
    plant(
        "the master may be of another server",
        "row_11",
        old="if database_of(master.login)[:2] != database_of(current.login)[:2]:",
        new="if False:",
    ),
    plant(
        "the master may change itself",
        "row_11",
        old='    if master.login["username"] == user:\n',
        new="    if False:\n",
    ),
    plant(
        "who cannot log in borrows the master's power",
        "row_11",
        old=WITH_CURRENT,
        new=WITH_CURRENT.replace("current", "master"),
        also=OWNER,
        by="        owner = current.login['username'].removesuffix(CLONE)\n",
    ),
    plant(
        "setSecret takes no lock",
        "successor, two steps / finishSecret",
        old=WITH_CURRENT + LOCK,
        new=WITH_CURRENT,
    ),
    plant(
        "setSecret's lock ends before its commit",
        "row_18_the",
        old=WITH_CURRENT + LOCK + OWNER + WITH_MASTER,
        new=WITH_MASTER[4:]
        + "    "
        + WITH_CURRENT
        + "    "
        + LOCK
        + "    "
        + OWNER
        + "        if True:\n",
    ),
    plant(
        "setSecret takes the lock after the change",
        "row_18_the",
        old=LOCK + OWNER,
        new=OWNER,
        also=CHANGE,
        by=CHANGE + "    " + LOCK,
    ),
    plant(
        "setSecret does not ask again",
        "row_15_a",
        "successor, all steps / setSecret",
        old=ASK,
    ),
    plant(
        "setSecret asks before it changes",
        "row_15_a",
        old=CHANGE + ASK,
        new=ASK + CHANGE,
    ),
    plant(
        "each statement is a transaction",
        "row_02",
        old=CHANGE,
        new="            connection.autocommit = True\n" + CHANGE,
    ),
    plant(
        "setSecret commits before it asks",
        "row_15_a",
        "successor, all steps / setSecret",
        old=CHANGE,
        new=CHANGE + "            connection.commit()\n",
    ),
    plant(
        "the clone is taken for the owner",
        "row_06",
        "recording",
        old=OWNER,
        new='        owner = current.login["username"]\n',
    ),
    # finish_secret
    plant(
        "finishSecret takes no lock",
        "successor, two steps / finishSecret",
        old=WITH_PENDING + LOCK,
        new=WITH_PENDING,
    ),
    plant(
        "finishSecret does not test under the lock",
        "successor, two steps / finishSecret",
        old=TRY,
    ),
    plant(
        "finishSecret tests before it has the lock",
        "successor, two steps / finishSecret",
        old=LOCK + TRY,
        new=TRY + LOCK,
    ),
    plant(
        "finishSecret promotes what nobody set",
        "row_08",
        old=WITH_PENDING + LOCK + TRY,
        new="    if True:\n",
    ),
    plant(
        "finishSecret promotes anybody",
        "row_11",
        old="    current, pending = pair(client, arn, token)\n" + WITH_PENDING,
        new="    pending, current = read(client, arn, AWSPENDING, token), read(client, arn)\n"
        + WITH_PENDING,
    ),
    plant(
        "finishSecret swaps without comparing",
        "row_15",
        old="            RemoveFromVersionId=current.id,\n",
        new="            RemoveFromVersionId=current_version(client, arn, token),\n",
    ),
    plant(
        "finishSecret lets the lock go before it moves the label",
        "successor, two steps / finishSecret",
        old=TRY,
        new=TRY + "        session.commit()\n",
    ),
)


def hunt(world: World, suspect: str) -> Iterator[Callable[[], object]]:
    """Yield what a suspect stands for: the functions of a row, or a fault in a step."""
    if suspect == "recording":
        for turn in TURNS:
            yield partial(record, world, turn)
    elif suspect.startswith("row_"):
        for name, row in inspect.getmembers(test_rotation_table, inspect.isfunction):
            if name.startswith(f"test_{suspect}") and len(inspect.signature(row).parameters) == 2:
                for turn in TURNS:
                    yield partial(row, world, turn)
    else:
        kind, step = suspect.split(" / ")
        recovery = SECOND if kind in RIVALS else SAME
        for turn in TURNS:
            here = [effect for effect in record(world, turn) if effect.step == step]
            for combination in combinations(here, turn, [kind], [recovery]):
                yield partial(survive, world, combination)


def caught(world: World, suspects: tuple[str, ...]) -> str:
    """Return what the first of the suspects says that fails, or nothing."""
    for suspect in suspects:
        try:
            for trial in hunt(world, suspect):
                trial()
        except BrokenError as error:
            return f"{suspect}: {error}"
    return ""


@pytest.mark.timeout(300)  # Each hunt ends with its first find.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("bug", PLANTS, ids=[bug.name for bug in PLANTS])
def test_a_planted_bug_is_found(bug: Plant, world: World) -> None:
    planted = make_world(world.client, world.cluster, solution(*bug.replacements))

    found = caught(planted, bug.suspects)

    assert found, "no fault and no row sees it"


def test_every_refusal_of_the_solution_has_a_planted_bug() -> None:
    """A new guard without one fails here: each `raise` is in text that a planted bug changes."""
    source = SOLUTION.read_text("utf-8")
    touched = {
        line for bug in PLANTS for old, _ in bug.replacements for line in lines_of(source, old)
    }
    tree = ast.parse(source)

    for guard in ast.walk(tree):
        if isinstance(guard, ast.If | ast.ExceptHandler | ast.FunctionDef):
            for child in guard.body:
                if isinstance(child, ast.Raise) and child.exc is not None:
                    around = set(range(guard.lineno, (child.end_lineno or child.lineno) + 1))
                    assert around & touched, f"line {child.lineno} has no planted bug"


def lines_of(source: str, part: str) -> range:
    """Return the numbers of the lines that a part of the source lies in."""
    first = source[: source.index(part)].count("\n") + 1
    return range(first, first + part.rstrip("\n").count("\n") + 1)
