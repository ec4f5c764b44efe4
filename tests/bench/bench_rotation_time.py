"""Measure one rotation, without load, against the least that a correct one has to do.

The floor is connections, statements and API calls, made bare, each with the reason why it cannot
be left out. Handlers and floors take turns in one run, and each step counts when it was fastest:
ratios hold on a busy machine, milliseconds do not. All use one client, as a Lambda function that
is warm does; what it costs to make one for each of the four steps is a line of its own.
Exits 1 when a handler is over the limit.

    make bench-rotation-time
"""

# ruff: noqa: T201 - A table is what it is for.

from __future__ import annotations

import importlib.util
import json
import os
import sys
import time
from collections import Counter
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from timeit import Timer
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import psycopg
from psycopg import sql

from secrets_manager import get_secrets_client
from secrets_manager.examples import example_3
from secrets_manager.lab.backends import listening, open_backend
from secrets_manager.lab.postgres import postgres
from secrets_manager.lab.rotation import STEPS, rotate_secret

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mypy_boto3_secretsmanager import SecretsManagerClient

    from secrets_manager.lab.postgres import Postgres
    from secrets_manager.lab.rotation import Handler

LIMIT = 1.3
ROUNDS = 80
LOCK = "SELECT pg_advisory_lock(hashtextextended(%s, 0))"
SOLUTION = Path(__file__).parents[2] / "exercises" / "solutions" / "exercise_3.py"


class Floor:
    """One user, bare: a rotation that lacks any line of it goes wrong on some bad day.

    Checks are left out, because they cost nothing once there is what they compare.
    """

    def __init__(self, client: SecretsManagerClient) -> None:
        self.client = client

    def __call__(self, event: Mapping[str, str], context: object) -> None:
        """Carry out one step."""
        self.arn, self.token = event["SecretId"], event["ClientRequestToken"]
        # A step may come twice, late, or for a rotation that was cancelled: each has to ask.
        self.client.describe_secret(SecretId=self.arn)
        steps = dict(zip(STEPS, (self.create, self.set, self.test, self.finish), strict=True))
        steps[event["Step"]]()

    def create(self) -> None:
        """Store a new password beside what else is in AWSCURRENT."""
        current = self.client.get_secret_value(SecretId=self.arn)
        drawn = self.client.get_random_password(PasswordLength=32, ExcludeCharacters="/@\"'\\: ")
        value = {**json.loads(current["SecretString"]), "password": drawn["RandomPassword"]}
        # Whether an earlier call has put one is no read: AWS refuses a second for its token.
        self.client.put_secret_value(
            SecretId=self.arn,
            ClientRequestToken=self.token,
            SecretString=json.dumps({**self.turned(value), "rotatedfrom": current["VersionId"]}),
            VersionStages=["AWSPENDING"],
        )

    def turned(self, login: dict[str, Any]) -> dict[str, Any]:
        """Return the login with the user whose turn it is next."""
        return login

    def set(self) -> None:
        """Let the user of AWSCURRENT change its own password."""
        with connect(self.read("AWSCURRENT")) as connection:
            # Of two rotations at once, the later one has to see what the earlier one did:
            # so what is to be set is read under the lock.
            connection.execute(LOCK, [self.arn])
            alter(connection, self.read("AWSPENDING"))

    def test(self) -> None:
        """Log in with what AWSPENDING says, and do some work."""
        with connect(self.read("AWSPENDING")) as connection:
            connection.execute("SELECT 1")

    def finish(self) -> None:
        """Move AWSCURRENT from the version that AWSPENDING was made from."""
        pending = self.read("AWSPENDING")
        # Another hand may have written AWSPENDING: its host and user must be AWSCURRENT's.
        self.read("AWSCURRENT")
        # Perhaps no earlier step was called: what does not log in must not be promoted.
        with connect(pending) as connection:
            # While it waited for the lock, another rotation may have taken this one's place.
            connection.execute(LOCK, [self.arn])
            self.read("AWSPENDING")
            self.client.update_secret_version_stage(
                SecretId=self.arn,
                VersionStage="AWSCURRENT",
                MoveToVersionId=self.token,
                RemoveFromVersionId=pending["rotatedfrom"],
            )

    def read(self, stage: str, secret_id: str | None = None) -> dict[str, Any]:
        """Return a value of the secret, or of another one."""
        which = {"VersionId": self.token} if stage == "AWSPENDING" else {}
        answer = self.client.get_secret_value(
            SecretId=secret_id or self.arn, VersionStage=stage, **which
        )
        value: dict[str, Any] = json.loads(answer["SecretString"])
        return value


class AlternatingFloor(Floor):
    """Two users, bare: the same, but that a master sets the password of the other user."""

    def turned(self, login: dict[str, Any]) -> dict[str, Any]:
        """Return the login with the other of the two users."""
        return {**login, "username": example_3.other_user(login["username"])}

    def set(self) -> None:
        """Let the master change the other user's password."""
        current = self.read("AWSCURRENT")
        master = self.read("AWSCURRENT", current["masterarn"])
        # The master's power is lent only to one who can log in.
        with connect(current) as session:
            session.execute(LOCK, [self.arn])
            pending = self.read("AWSPENDING")
            with connect(master) as connection:
                # A role is not the other of two users because of its name alone.
                users = [pending["username"], current["username"]]
                connection.execute("SELECT pg_has_role(%s, %s, 'MEMBER')", users)
                alter(connection, pending)


def connect(login: Mapping[str, Any]) -> psycopg.Connection:
    """Connect without a transaction, whose BEGIN and COMMIT would be messages of their own."""
    return psycopg.connect(
        host=login["host"],
        port=login["port"],
        dbname=login["dbname"],
        user=login["username"],
        password=login["password"],
        autocommit=True,
    )


def alter(connection: psycopg.Connection, login: Mapping[str, Any]) -> None:
    """Change a password in a way that keeps it out of the server's log."""
    user = login["username"]
    verifier = connection.pgconn.encrypt_password(
        login["password"].encode(), user.encode(), b"scram-sha-256"
    )
    connection.execute(
        sql.SQL("ALTER ROLE {} PASSWORD {}").format(
            sql.Identifier(user), sql.Literal(verifier.decode())
        )
    )


@dataclass
class Subject:
    """A handler that rotates a secret of its own, and what its rotations took."""

    title: str
    handler: Handler
    arn: str
    fastest: dict[str, float] = field(default_factory=dict)  # By step, in seconds.
    calls: int = 0
    connections: int = 0

    def rotate(self, client: SecretsManagerClient) -> None:
        """Rotate once: what counts are the four steps, and not what AWS does around them."""

        def timed(event: dict[str, str], context: object) -> None:
            began = time.perf_counter()
            self.handler(event, context)
            spent = time.perf_counter() - began
            self.fastest[event["Step"]] = min(spent, self.fastest.get(event["Step"], spent))

        rotate_secret(client, self.arn, timed)

    @property
    def seconds(self) -> float:
        """Return what the four steps took, each when it was fastest."""
        return sum(self.fastest.values())

    def count(self, client: SecretsManagerClient) -> None:
        """Rotate once, and count the API calls and connections of the four steps."""
        calls: Counter[str] = Counter()
        handlers = {"before-call.secretsmanager": lambda model, **_: calls.update([model.name])}

        def heard(event: dict[str, str], context: object) -> None:
            with listening(handlers, client.meta.events):
                self.handler(event, context)

        with patch.object(psycopg, "connect", wraps=psycopg.connect) as connect:
            rotate_secret(client, self.arn, heard)
        self.calls, self.connections = calls.total(), connect.call_count


def main() -> int:
    """Print the table; return 1 when a handler is over the limit."""
    with open_backend("moto") as client, postgres() as server:
        solution = load(SOLUTION)
        # One client for all of them, on both sides of each ratio.
        for module in (example_3, solution):
            vars(module)["get_secrets_client"] = lambda: client
        with subjects(client, server, solution.handler) as pairs:
            measure(client, [subject for pair in pairs for subject in pair])
            return report(pairs, min(Timer(get_secrets_client).repeat(ROUNDS, number=1)))


def load(file: Path) -> Any:
    """Return the module in a file that is in no package."""
    spec = importlib.util.spec_from_file_location(file.stem, file)
    if spec is None or spec.loader is None:
        raise ImportError(str(file))
    module = sys.modules[file.stem] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@contextmanager
def subjects(
    client: SecretsManagerClient, server: Postgres, alternating: Handler
) -> Iterator[list[tuple[Subject, Subject]]]:
    """Yield each handler with its floor; roles and secrets end with the block."""
    with ExitStack() as stack:
        where = {"engine": "postgres", "host": server.host, "port": server.port}
        where |= {"dbname": server.dbname}
        master = {"username": server.user, "password": server.password}
        master_arn = example_3.keep(client, "master", {**where, **master})

        def subject(title: str, handler: Handler, *, two: bool = False) -> Subject:
            login = stack.enter_context(example_3.two_roles(server) if two else server.role())
            value = {**where, "username": login.user, "password": login.password}
            if two:
                join(server, login.user)
                value["masterarn"] = master_arn
            name = title.replace(" ", "-").replace(",", "")
            return Subject(title, handler, example_3.keep(client, name, value))

        yield [
            (
                subject("one user, example 3", example_3.handler),
                subject("one user, floor", Floor(client)),
            ),
            (
                subject("two users, solution 3", alternating, two=True),
                subject("two users, floor", AlternatingFloor(client), two=True),
            ),
        ]


def join(server: Postgres, user: str) -> None:
    """Let the other user act as this one, as the solution asks of a role that it finds."""
    names = [sql.Identifier(name) for name in (user, example_3.other_user(user))]
    with server.connect() as master:
        master.execute(sql.SQL("GRANT {} TO {}").format(*names))


def measure(client: SecretsManagerClient, all_of_them: list[Subject]) -> None:
    """Let the subjects rotate in turns, after one that counts what they do."""
    for subject in all_of_them:
        subject.count(client)
    print(f"{ROUNDS} rotations of each, in turns:", end=" ", flush=True)
    for done in range(ROUNDS):
        for subject in all_of_them:
            subject.rotate(client)
        if done % 10 == 9:
            print(done + 1, end=" ", flush=True)
    print("\n")


def report(pairs: list[tuple[Subject, Subject]], seconds_of_a_client: float) -> int:
    """Print what a rotation took; return 1 when one is over the limit."""
    print(f"{'one rotation':<24}{'ms':>7}{'x floor':>9}{'API calls':>11}{'connections':>13}")
    worst = 0.0
    for pair in pairs:
        floor = pair[1].seconds
        worst = max(worst, pair[0].seconds / floor)
        for each in pair:
            print(
                f"{each.title:<24}{each.seconds * 1000:>7.1f}{each.seconds / floor:>9.2f}"
                f"{each.calls:>11}{each.connections:>13}"
            )
    print(
        f"\nA client made anew for each of four steps: {4000 * seconds_of_a_client:.1f} ms more, "
        "on either side."
    )
    verdict = "within" if worst <= LIMIT else "OVER"
    print(f"The slowest is {worst:.2f} x its floor, {verdict} the limit of {LIMIT}")
    busy, cores = os.getloadavg()[0], os.cpu_count() or 1
    if busy > cores:
        print(
            f"This machine is busy (a load of {busy:.0f} on {cores} cores): repeat when it is not."
        )
    return 0 if worst <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
