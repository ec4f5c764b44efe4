"""The checks of exercise 3, the rotation handler, on a real PostgreSQL."""

from __future__ import annotations

import builtins
import hashlib
import inspect
import itertools
import json
import random
import re
import secrets
import select
import socket
import string
import sys
import threading
import time
import uuid
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import cache, cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from unittest.mock import Mock

import psycopg
import pytest
from botocore.exceptions import BotoCoreError, ClientError, ReadTimeoutError
from psycopg import sql

from secrets_manager import get_secrets_client
from secrets_manager.grading.checks import (
    answered,
    error_of,
    expect,
    leak_in,
    linked,
    only_on_moto,
    same,
    task,
    told,
)
from secrets_manager.lab.backends import default_session, listening
from secrets_manager.lab.postgres import postgres
from secrets_manager.lab.rotation import STEPS, staged
from secrets_manager.production.package import lacking

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from mypy_boto3_secretsmanager import SecretsManagerClient

    from secrets_manager.lab.postgres import Postgres

    Canary = Callable[..., str]

AWSCURRENT, AWSPENDING, AWSPREVIOUS = "AWSCURRENT", "AWSPENDING", "AWSPREVIOUS"
FUNCTIONS = ("create_secret", "set_secret", "test_secret", "finish_secret")
STEP_ARGUMENTS = ("client", "arn", "token")
AWKWARD = "/@\"'\\: "
ODD = '"Zoë"\'s %s {} \\ '
WAIT_SECONDS = 1.0  # For a call that waits for a lock in a way which the database does not show.
END_SECONDS = 6.0  # More than a call may wait for a lock.
MOST = 40  # How many calls or messages of one step are disturbed, one after the other.
VERIFIER = b"SCRAM-SHA-256$"
# At the beginning of a message's statement: END stands in a DO block as well.
COMMIT = re.compile(rb"(?:^Q.{4}|\0)\s*(?:commit|end)\b|;\s*commit\b", re.IGNORECASE | re.DOTALL)
SERVER_IS_READY = b"Z\0\0\0\x05I"
# The ARNs of two secrets may differ in any one of these alone.
PARTS_OF_AN_ARN = {
    "us-east-1": "eu-west-1",
    "9012": "9013",
    "shop": "blog",
    "prod": "test",
    "Ef": "Gh",
}
READS = ("GetSecretValue", "DescribeSecret", "ListSecretVersionIds", "BatchGetSecretValue")

# What may not change in the roles of a check, but for the one that is rotated.
OTHERS = """
    SELECT rolname, rolsuper, rolcreaterole, rolcreatedb, rolcanlogin, rolvaliduntil::text,
        rolconnlimit, rolpassword, (SELECT array_agg(s.setconfig::text) FROM pg_db_role_setting s
            WHERE s.setrole = r.oid),
        (SELECT array_agg(o.rolname ORDER BY o.rolname) FROM pg_auth_members m
            JOIN pg_roles o ON o.oid = m.roleid
            WHERE m.member = r.oid AND o.rolname <> %(but)s)
    FROM {} r WHERE strpos(rolname, %(mark)s) > 0 AND rolname <> %(but)s ORDER BY rolname
"""
# By its mark, or because the master of the check has made it.
MADE = """
    SELECT r.rolname FROM pg_roles r WHERE strpos(r.rolname, %(mark)s) > 0 OR r.oid IN (
        SELECT m.roleid FROM pg_auth_members m JOIN pg_roles o ON o.oid = m.member
        WHERE o.rolname = %(master)s)
    ORDER BY r.rolname = %(master)s
"""

# Whether a user has other rights than to log in, memberships but that of its owner, and a limit.
EXCESS = """
    SELECT NOT rolcanlogin OR coalesce(rolvaliduntil, 'infinity') <> 'infinity'
            OR rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls
            OR EXISTS (SELECT FROM pg_auth_members WHERE member = r.oid AND admin_option),
        EXISTS (SELECT FROM pg_auth_members m JOIN pg_roles o ON o.oid = m.roleid
            WHERE m.member = r.oid AND o.rolname <> %s),
        rolconnlimit <> -1
    FROM pg_roles r WHERE rolname = %s
"""

# What PostgreSQL finds a syntax error near to, and what has brought it there.
NO_SQL = {
    "$1": "gave a parameter to a statement that takes none",
    "::": "put bytes into a statement as a literal of bytes, and not of text",
}


class KilledError(BaseException):
    """The Lambda function's process ends here; no `except Exception` sees it."""


# What checks work on


@cache
def own_client(_endpoint_url: str) -> SecretsManagerClient:
    """Return a client of the backend that is open, one for all checks on it.

    By its address moto is told from LocalStack, each of which needs one.
    """
    return get_secrets_client()


@dataclass
class Secret:
    """A secret whose rotation a check begins, disturbs and looks at."""

    client: SecretsManagerClient
    canary: Canary
    login: dict[str, Any]
    stack: ExitStack
    name: str = field(default_factory=lambda: f"shop-{uuid.uuid4().hex}")

    def __post_init__(self) -> None:
        """Take the check's own client: what disturbs the learner's is not heard on it."""
        self.operator = own_client(self.client.meta.endpoint_url)

    @cached_property
    def arn(self) -> str:
        """Its ARN; it is created, with its login as AWSCURRENT, as soon as one asks for it."""
        value = json.dumps(self.login)
        return self.client.create_secret(Name=self.name, SecretString=value)["ARN"]

    def begin(self) -> str:
        """Begin a rotation as AWS does, and return its token."""
        token = str(uuid.uuid4())
        self.stack.enter_context(staged(self.client, self.arn, token))
        return token

    def pend(self, token: str, **changes: Any) -> dict[str, Any]:
        """Store what createSecret should, or what is told of it, and return that."""
        answer = self.operator.get_secret_value(SecretId=self.arn, VersionStage=AWSCURRENT)
        current = json.loads(answer["SecretString"])
        value = {
            **current,
            "username": partner(current["username"]),
            "password": self.canary(),
            "rotatedfrom": answer["VersionId"],
            **changes,
        }
        kept = {key: value[key] for key in value if changes.get(key, "kept") is not None}
        self.client.put_secret_value(
            SecretId=self.arn,
            ClientRequestToken=token,
            SecretString=json.dumps(kept),
            VersionStages=[AWSPENDING],
        )
        return value

    def edit(self, **changes: Any) -> str:
        """Change AWSCURRENT as an operator does, and return the new version's id."""
        value = json.dumps({**self.value(), **changes})
        return self.operator.put_secret_value(SecretId=self.arn, SecretString=value)["VersionId"]

    def cancel(self, token: str) -> None:
        """Take AWSPENDING away, as an operator does with a rotation that hangs."""
        move = partial(self.operator.update_secret_version_stage, SecretId=self.arn)
        # AWS keeps a version without a label for a day at least, and LocalStack forgets it at once.
        move(VersionStage=f"CANCELLED-{token}", MoveToVersionId=token)
        move(VersionStage=AWSPENDING, RemoveFromVersionId=token)

    def promote(self, token: str) -> None:
        """Move AWSCURRENT to a version, whatever it is."""
        self.operator.update_secret_version_stage(
            SecretId=self.arn,
            VersionStage=AWSCURRENT,
            MoveToVersionId=token,
            RemoveFromVersionId=self.holder() or "",
        )

    def value(self, stage: str = AWSCURRENT) -> dict[str, Any]:
        """Return the JSON object labelled *stage*."""
        answer = self.operator.get_secret_value(SecretId=self.arn, VersionStage=stage)
        value: dict[str, Any] = json.loads(answer["SecretString"])
        return value

    def has_value(self, token: str) -> bool:
        """Return whether the version has a value."""
        try:
            self.operator.get_secret_value(SecretId=self.arn, VersionId=token)
        except ClientError:
            return False
        return True

    def labels(self) -> dict[str, set[str]]:
        """Return the labels of each version that has any."""
        versions = self.operator.describe_secret(SecretId=self.arn).get("VersionIdsToStages", {})
        return {version: {*labels} for version, labels in versions.items() if labels}

    def holder(self, label: str = AWSCURRENT) -> str | None:
        """Return the version with this label."""
        return next((each for each, labels in self.labels().items() if label in labels), None)


@dataclass
class Shop(Secret):
    """Such a secret for a user of a real database, with a master, and somebody else beside."""

    admin: psycopg.Connection = field(kw_only=True)
    server: Postgres = field(kw_only=True)
    mark: str = field(kw_only=True)
    user: str = field(kw_only=True)
    master: dict[str, Any] = field(kw_only=True)

    @cached_property
    def arn(self) -> str:
        """Its ARN; it is created, and its master's secret, as soon as one asks for it."""
        value = json.dumps({**self.login, "masterarn": self.master_arn})
        return self.client.create_secret(Name=self.name, SecretString=value)["ARN"]

    @cached_property
    def master_arn(self) -> str:
        """The ARN of the secret with the master's login."""
        value = json.dumps(self.master)
        return self.client.create_secret(Name=f"{self.name}-master", SecretString=value)["ARN"]

    def change_master(self, **changes: Any) -> None:
        """Change what the master's secret says."""
        value = json.dumps({**self.master, **changes})
        self.client.put_secret_value(SecretId=self.master_arn, SecretString=value)

    @cached_property
    def elsewhere(self) -> dict[str, str]:
        """What names another database that the master can log in at, where there is one."""
        others = (
            "SELECT datname FROM pg_database WHERE datallowconn AND datname <> %s "
            "ORDER BY datistemplate"  # While somebody is in a template, nobody can copy it.
        )
        login = self.master["username"], self.master["password"]
        for (name,) in self.admin.execute(others, [self.server.dbname]).fetchall():
            with suppress(psycopg.OperationalError):
                replace(self.server, dbname=name).connect(*login).close()
                return {"dbname": name}
        return {}

    @property
    def clone(self) -> str:
        """The user that takes turns with the first."""
        return f"{self.user}_clone"

    def run(self, statement: str, *names: str) -> None:
        """Run a statement as the administrator; names are quoted, passwords are literals."""
        self.admin.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def add_role(self, name: str, password: str, options: str = "LOGIN", owner: str = "") -> None:
        """Create a role that the master may alter, and that acts as *owner* where that is given."""
        roles = {"name": name, "master": self.master["username"], "owner": owner}
        create = f"CREATE ROLE {{name}} {options} PASSWORD {{password}}"
        if name != self.master["username"]:
            create += " ADMIN {master}"
        if owner:
            create += " IN ROLE {owner}; ALTER ROLE {name} SET role TO {owner}"
        names = {each: sql.Identifier(role) for each, role in roles.items() if role}
        self.admin.execute(sql.SQL(create).format(password=sql.Literal(password), **names))

    def change_password(self, username: str, password: str) -> None:
        """Give a role another password."""
        alter = sql.SQL("ALTER ROLE {} PASSWORD {}")
        self.admin.execute(alter.format(sql.Identifier(username), sql.Literal(password)))

    def set_up(self, pending: dict[str, Any]) -> None:
        """Do what setSecret should for a pending login."""
        if self.exists(pending["username"]):
            self.change_password(pending["username"], pending["password"])
        else:
            self.add_role(pending["username"], pending["password"], owner=self.user)

    def exists(self, name: str) -> bool:
        """Return whether there is a role of this name."""
        known = "SELECT 1 FROM pg_roles WHERE rolname = %s"
        return self.admin.execute(known, [name]).fetchone() is not None

    def may_log_in(self, name: str) -> bool:
        """Return whether a role is one that logs in, whatever its password."""
        known = "SELECT FROM pg_roles WHERE rolcanlogin AND rolname = %s"
        return self.admin.execute(known, [name]).rowcount == 1

    def excess(self, name: str, owner: str) -> tuple[bool, ...]:
        """Return whether a role has rights, groups beside its owner, and a limit of its own."""
        found = self.admin.execute(EXCESS, [owner, name]).fetchone()
        return found or (True, True, True)

    def was_granted(self, name: str) -> bool:
        """Return whether the master has made anybody a member of a role, itself for one."""
        grants = (
            "SELECT FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.roleid "
            "JOIN pg_roles g ON g.oid = m.grantor WHERE r.rolname = %s AND g.rolname = %s "
            # Else whoever creates a role makes itself a member.
            "AND coalesce(current_setting('createrole_self_grant', true), '') = ''"
        )
        return self.admin.execute(grants, [name, self.master["username"]]).rowcount > 0

    def begins_as(self, name: str) -> str | None:
        """Return the role that a user's sessions begin as in all databases, None without one."""
        known = "SELECT rolconfig FROM pg_roles WHERE rolname = %s"
        [(settings,)] = self.admin.execute(known, [name])
        roles = [each.partition("=")[2] for each in settings or () if each.startswith("role=")]
        return roles[0] if roles else None

    def connect(self, login: dict[str, Any], *, autocommit: bool = True) -> psycopg.Connection:
        """Log in at the server itself, whatever way the secret names."""
        return self.server.connect(login["username"], login["password"], autocommit=autocommit)

    def accepts(self, login: dict[str, Any]) -> bool:
        """Return whether the database accepts a login."""
        try:
            self.connect(login).close()
        except psycopg.OperationalError:
            return False
        return True

    def is_open(self) -> bool:
        """Return whether the application can log in with what AWSCURRENT says."""
        return self.accepts(self.value())

    @property
    def sees_passwords(self) -> bool:
        """Whether the administrator is a superuser, whom the server shows all of a role."""
        return self.admin.info.parameter_status("is_superuser") == "on"

    def others(self, but: str = "") -> list[Any]:
        """Return all that is to be known of the check's roles, but of one."""
        roles = sql.Identifier("pg_authid" if self.sees_passwords else "pg_roles")
        query = sql.SQL(OTHERS).format(roles)
        return self.admin.execute(query, {"mark": self.mark, "but": but}).fetchall()

    def has_hash_of(self, login: dict[str, Any]) -> bool:
        """Return whether the server has, for a user, the md5 hash of the password."""
        text = f"{login['password']}{login['username']}".encode()
        stored = f"md5{hashlib.md5(text, usedforsecurity=False).hexdigest()}"
        known = "SELECT FROM pg_authid WHERE rolname = %s AND rolpassword = %s"
        return self.admin.execute(known, [login["username"], stored]).rowcount == 1

    def waiting(self) -> int:
        """Return how many sessions of the check's roles wait for a lock."""
        waiting = (
            "SELECT FROM pg_stat_activity "
            "WHERE wait_event_type = 'Lock' AND strpos(usename, %s) > 0"
        )
        return self.admin.execute(waiting, [self.mark]).rowcount

    def locks(self) -> int:
        """Return how many advisory locks the sessions of the check's roles hold."""
        held = (
            "SELECT FROM pg_locks JOIN pg_stat_activity USING (pid) "
            "WHERE locktype = 'advisory' AND granted AND strpos(usename, %s) > 0"
        )
        return self.admin.execute(held, [self.mark]).rowcount

    def remove(self) -> None:
        """Drop every role that has come into being, with what it owns."""
        names = {"mark": self.mark, "master": self.master["username"]}
        made = [name for (name,) in self.admin.execute(MADE, names)]
        if not made:
            return
        end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = ANY(%s)"
        # Who created a role without being a superuser must join it to do the rest.
        self.admin.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(listed(reversed(made))))
        # Most are ending already, and gone in a moment; PostgreSQL's own wait looks each 100 ms.
        deadline = time.monotonic() + WAIT_SECONDS
        while self.admin.execute(end, [made]).rowcount and time.monotonic() < deadline:
            time.sleep(0.002)
        drop = sql.SQL("DROP OWNED BY {roles} CASCADE; DROP ROLE {roles}")
        self.admin.execute(drop.format(roles=listed(made)))


def listed(names: Iterable[str]) -> sql.Composed:
    """Return names as a list in a statement."""
    return sql.SQL(", ").join(map(sql.Identifier, names))


class Wire:
    """A way to the database that hears what is sent to it, and is cut where a check wants."""

    def __init__(self, server: Postgres) -> None:
        self.heard = b""
        self.cuts: Callable[[bytes], bool] = lambda data: False
        self.late = False  # Whether the server still gets what the cut was for.
        self._server = server
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Take no more connections."""
        self._listener.close()

    def mend(self) -> None:
        """Cut no more."""
        self.cuts, self.late = lambda data: False, False

    def cut_at(self, number: int) -> None:
        """Cut at the message of this number, counted from 1."""
        count = itertools.count(1)
        self.cuts = lambda _: next(count) == number

    def cut_on_commit(self, *, late: bool) -> None:
        """Cut once, at the next commit."""

        def cuts(data: bytes) -> bool:
            if not COMMIT.search(data):
                return False
            self.cuts = lambda data: False
            return True

        self.cuts, self.late = cuts, late

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        with suppress(OSError), client, self._reach() as server:
            ready = False
            while True:
                for source in select.select([client, server], [], [])[0]:
                    data = source.recv(1 << 16)
                    if not data:
                        return
                    if source is server:
                        ready = ready or SERVER_IS_READY in data
                        client.sendall(data)
                        continue
                    self.heard += data
                    # What comes before is the login; X is the good-bye.
                    if ready and not data.startswith(b"X") and self.cuts(data):
                        if self.late:
                            server.sendall(data)
                            server.recv(1 << 16)
                        return
                    server.sendall(data)

    def _reach(self) -> socket.socket:
        host, port = self._server.host, self._server.port
        if not host.startswith("/"):
            return socket.create_connection((host, port))
        reached = socket.socket(socket.AF_UNIX)
        reached.connect(f"{host}/.s.PGSQL.{port}")
        return reached


@pytest.fixture(scope="session")
def server() -> Iterator[Postgres]:
    """A PostgreSQL for all checks of this process."""
    with postgres() as server:
        yield server


@pytest.fixture(scope="session")
def admin(server: Postgres) -> Iterator[psycopg.Connection]:
    """The administrator's session."""
    with server.connect(autocommit=True) as connection:
        connection.execute("SET lock_timeout = 300")  # Milliseconds; a learner's lock may stay.
        yield connection


@pytest.fixture
def secret(client: SecretsManagerClient, canary: Canary) -> Iterator[Secret]:
    """A secret whose database is never asked."""
    login = {"engine": "postgres", "host": "127.0.0.1", "port": closed_port(), "dbname": "shop"}
    login |= {"username": "shop", "password": canary(), "masterarn": "arn:of:no:master"}
    with ExitStack() as stack:
        yield Secret(client, canary, login, stack)


@pytest.fixture
def shop(
    client: SecretsManagerClient,
    canary: Canary,
    server: Postgres,
    admin: psycopg.Connection,
    mark: str,
) -> Iterator[Shop]:
    """A shop with a user, a master that is no superuser, and a stranger; all are dropped."""
    where: dict[str, Any] = {"engine": "postgres", "host": server.host, "port": server.port}
    where["dbname"] = server.dbname
    login = {**where, "username": f"shop_{mark}", "password": canary()}
    master = {**where, "username": f"master_{mark}", "password": canary()}
    with ExitStack() as stack:
        shop = Shop(
            *(client, canary, login, stack),
            admin=admin,
            server=server,
            mark=mark,
            user=login["username"],
            master=master,
        )
        stack.callback(shop.remove)
        shop.add_role(master["username"], master["password"], "LOGIN CREATEROLE")
        shop.add_role(shop.user, login["password"])
        shop.add_role(f"{shop.user}_two", canary())
        yield shop


@pytest.fixture
def wire(shop: Shop) -> Iterator[Wire]:
    """The shop's secrets lead to the database by way of this."""
    with wired(shop) as wire:
        yield wire


@contextmanager
def wired(shop: Shop) -> Iterator[Wire]:
    """Let the shop's secrets lead to the database by way of a wire from now on."""
    wire = Wire(shop.server)
    try:
        shop.edit(host="127.0.0.1", port=wire.port)
        shop.change_master(host="127.0.0.1", port=wire.port)
        yield wire
    finally:
        wire.close()


def partner(user: str) -> str:
    """Return the other of two users."""
    return user.removesuffix("_clone") if user.endswith("_clone") else f"{user}_clone"


def closed_port() -> int:
    """Return a port where nobody answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def event(secret: Secret, token: str, step: str) -> dict[str, str]:
    """Return what Lambda hands to the handler."""
    return {"SecretId": secret.arn, "ClientRequestToken": token, "Step": step}


def rotate(exercise: Any, secret: Secret, token: str) -> None:
    """Call the handler for all four steps."""
    for step in STEPS:
        exercise.handler(event(secret, token, step), None)


def expect_refusal(error: Exception | None, kind: type[Exception], what: str) -> None:
    """Fail where nothing was raised, or an error of another kind, or one that tells a value."""
    expect(error is not None, f"{what} raised no error")
    expect(isinstance(error, kind), f"{what} raised {told(error)}, not {kind.__name__}")
    says_why = isinstance(error, psycopg.Error) or str(error) not in ("", "None")
    expect(says_why, f"{what} raised an error that does not say why")
    part = error and leak_in(error, ["canary"], frames=False)  # Each value has a canary in it.
    expect(not part, f"{what} raised an error that holds a secret value in {part}")
    inner = any(leak_in(each, ["canary"], frames=False) for each in carried(error))
    expect(not inner, f"{what} raised an error that carries another one with a secret value in it")


def carried(error: BaseException | None) -> Iterator[BaseException]:
    """Yield the errors that are an argument or an attribute of an error, or of one behind it."""
    for each, _ in linked(error) if error else ():
        for item in (*each.args, *vars(each).values()):
            if isinstance(item, BaseException):
                yield item


def expect_no(kind: type[Exception], what: str, call: Callable[..., object], *args: Any) -> None:
    """Fail in words where a call raises such an error; any other is told with its place."""
    error = error_of(call, *args)
    expect(not isinstance(error, kind), f"{what} raised {told(error)}")
    if error is not None:
        raise error


def expect_untouched(shop: Shop, before: list[Any], what: str) -> None:
    """Fail where a role of the check was made or changed."""
    expect(shop.others() == before, f"{what} has changed a role in the database all the same")


def answer(parsed: dict[str, Any], status: int = 200) -> Callable[..., Any]:
    """Return a handler that answers in the place of AWS."""
    return lambda **_: answered(parsed, status)


denied = answer({"Error": {"Code": "AccessDeniedException"}}, 400)
failing = answer({"Error": {"Code": "InternalServiceError"}}, 500)


def unanswered(**_: Any) -> None:
    """Break off a call of AWS before it is sent."""
    raise ReadTimeoutError(endpoint_url="https://aws")


@contextmanager
def disturbed(
    client: SecretsManagerClient, when: str, number: int, act: Callable[[], object]
) -> Iterator[None]:
    """Act once, before or after the client's call of this number, counted from 1."""
    calls = itertools.count(1)

    def hear(**_: Any) -> None:
        if next(calls) == number:
            act()

    with listening({f"{when}-call.secretsmanager": hear}, client.meta.events):
        yield


# Task 3.1


class Entered(BaseException):
    """A step's function was called; what it does is of no interest, and may not be written yet."""


def entered(exercise: Any, secret: Secret, token: str, step: str) -> tuple[str, list[Any]] | None:
    """Return the function that the handler calls for a step, and what it is handed, or None."""
    module = exercise.__name__
    codes = {name: code_of(getattr(exercise, name)) for name in FUNCTIONS}
    # What wraps more than one of them does not say which of them it is.
    names = {code: name for name, code in codes.items() if [*codes.values()].count(code) == 1}

    def look(frame: Any, what: str, _: Any) -> None:
        code = frame.f_code
        if what == "call" and frame.f_globals["__name__"] == module:
            called = code.co_name if code.co_name in FUNCTIONS else names.get(code)
            handed = handed_to(frame) if called else []
            if len(handed) == len(STEP_ARGUMENTS):
                raise Entered(called, handed)

    for watch in (sys.setprofile, threading.setprofile):  # In this thread, and in any other.
        watch(look)
    try:
        exercise.handler(event(secret, token, step), None)
    except Entered as call:
        name, handed = call.args
        return name, handed
    finally:
        for watch in (sys.setprofile, threading.setprofile):
            watch(None)
    return None


def code_of(function: Any) -> Any:
    """Return the code of a function, behind what it is wrapped in, or bound to."""
    while isinstance(function, partial):
        function = function.func
    function = inspect.unwrap(function)
    return getattr(getattr(function, "__func__", function), "__code__", None)


def handed_to(frame: Any) -> list[Any]:
    """Return a step's three arguments: by their names, as a wrapper may add some of its own."""
    names = frame.f_code.co_varnames[: frame.f_code.co_argcount]
    own = [name for name in names if name not in ("self", "cls")]
    known = {*STEP_ARGUMENTS} <= {*own}
    return [frame.f_locals[name] for name in (STEP_ARGUMENTS if known else own[:3])]


def patience(client: Any) -> float:
    """Return how long a client waits for a connection, in seconds; boto3's own waits for 60."""
    seconds: float = client.meta.config.connect_timeout
    return seconds


@task("3.1")
def test_each_step_calls_the_function_of_its_name(exercise: Any, secret: Secret) -> None:
    """Each of AWS's four steps has a function, called with a client, the ARN and the token."""
    token = secret.begin()
    for step, name in zip(STEPS, FUNCTIONS, strict=True):
        called, handed = entered(exercise, secret, token, step) or ("nothing", [])

        expect(called == name, f"the handler called {called} for the step {step}")
        expect(
            handed[1:] == [secret.arn, token],
            f"{name}() was not handed the event's SecretId and ClientRequestToken",
        )
        made = patience(handed[0]) == patience(secret.operator)
        expect(made, f"{name}() was not handed a client of get_secrets_client()")


@task("3.1")
def test_a_step_that_does_not_exist_is_an_error(exercise: Any, secret: Secret) -> None:
    """A step that AWS does not know is an error, or a misspelt one would look done."""
    token = secret.begin()
    for step in ("rotateSecret", "create_secret", "CreateSecret", ""):
        error = error_of(entered, exercise, secret, token, step)

        expect_refusal(error, exercise.RotationError, f"the handler, called for {step!r},")
    secret.pend(token)
    secret.promote(token)
    error = error_of(exercise.handler, event(secret, token, "restoreSecret"), None)
    what = "the handler, called for 'restoreSecret' of a rotation that is over,"
    expect_refusal(error, exercise.RotationError, what)


@task("3.1")
def test_lambda_has_all_that_is_imported(exercise: Any, secret: Secret) -> None:
    """Lambda has Python's own modules, boto3, psycopg, and the course without its lab."""
    error_of(exercise.handler, event(secret, secret.begin(), "restoreSecret"), None)

    lacks = lacking(Path(exercise.__file__).read_bytes())

    expect(not lacks, f"the file imports what Lambda does not have: {', '.join(lacks)}")


@task("3.1")
def test_a_finished_rotation_is_not_begun_again(exercise: Any, secret: Secret) -> None:
    """Where the version is AWSCURRENT an earlier call did it all, and AWS may well call again."""
    token = secret.begin()
    secret.pend(token)
    secret.promote(token)
    for label in (f"and {AWSPENDING}", "alone"):
        before = secret.labels()
        for step in STEPS:
            called = entered(exercise, secret, token, step)

            expect(called is None, f"the handler called a step for a version that is {AWSCURRENT}")
        expect(secret.labels() == before, f"a label moved from the version that is {AWSCURRENT}")
        result = exercise.current_version(secret.client, secret.arn, token)
        expect(same(result, token), f"current_version() returned {told(result)}, not the token")
        if label != "alone":
            secret.cancel(token)


@task("3.1")
def test_current_version_names_the_version_to_replace(exercise: Any, secret: Secret) -> None:
    """While the rotation runs, current_version returns the id of the version that is AWSCURRENT."""
    secret.edit(note="a second version")
    token = secret.begin()

    result = exercise.current_version(secret.client, secret.arn, token)

    current = secret.holder()
    expect(same(result, current), f"current_version() returned {told(result)} and not that id")


@task("3.1")
def test_a_rotation_that_is_not_under_way_does_not_go_on(
    exercise: Any, client: SecretsManagerClient, secret: Secret
) -> None:
    """A call for another version, or for a secret that is not rotated, must change nothing."""

    def expect_refused(secret: Secret, token: str, what: str) -> None:
        error = error_of(exercise.current_version, secret.client, secret.arn, token)
        expect_refusal(error, exercise.RotationError, f"current_version(), called for {what},")
        error = error_of(exercise.handler, event(secret, token, "createSecret"), None)
        expect_refusal(error, exercise.RotationError, f"the handler, called for {what},")

    def turned_off(parsed: dict[str, Any], **_: Any) -> None:
        # Where rotation was never turned on, AWS leaves both out.
        parsed |= {"RotationEnabled": False, "RotationLambdaARN": "arn:of:the:function"}

    once_on = Secret(client, secret.canary, secret.login, secret.stack)
    running = once_on.begin()
    exercise.current_version(client, once_on.arn, running)
    token = str(uuid.uuid4())
    secret.pend(token)
    describe = {"after-call.secretsmanager.DescribeSecret": turned_off}
    with listening(describe, client.meta.events, default_session().events):
        expect_refused(secret, token, "a secret whose rotation was turned off")
        # Not the handler: one that keeps its client has it from before this block, undisturbed.
        error = error_of(exercise.current_version, client, once_on.arn, running)
        what = "current_version(), called for a secret whose rotation was turned off meanwhile,"
        expect_refusal(error, exercise.RotationError, what)
    expect_refused(secret, token, "a secret that was never rotated")
    expect_refused(secret, secret.holder() or "", "AWSCURRENT of a secret that was never rotated")
    secret.cancel(token)
    previous = secret.holder() or ""
    secret.edit(note="a second version")
    running = secret.begin()
    expect_refused(secret, str(uuid.uuid4()), "a version that does not exist")
    expect_refused(secret, previous, "the version that is AWSPREVIOUS")
    secret.pend(running)
    secret.cancel(running)
    expect_refused(secret, running, "a version that has lost AWSPENDING")
    empty = Secret(client, secret.canary, {}, secret.stack)
    empty.arn = client.create_secret(Name=empty.name)["ARN"]
    expect_refused(empty, empty.begin(), "a secret without a version that is AWSCURRENT")


# Task 3.2


@task("3.2")
def test_two_users_take_turns(exercise: Any) -> None:
    """The other user of shop is shop_clone, and the other of that is shop again."""
    for user in ("shop", "zoë", "console", "a_clone_of", "shop_CLONE", "x", "x" * 57):
        clone = exercise.other_user(user)
        expect(same(clone, f"{user}_clone"), f"other_user({user!r}) returned {clone!r}")

        back = exercise.other_user(clone)

        expect(same(back, user), f"other_user({clone!r}) returned {back!r}")
    odd = exercise.other_user("a_clone_clone")
    expect(same(odd, "a_clone"), f"other_user('a_clone_clone') returned {odd!r}")


@task("3.2")
def test_a_name_that_postgresql_would_cut_off_is_refused(exercise: Any) -> None:
    """PostgreSQL cuts a name off after 63 bytes: the rest may be another user, or the same one."""
    for user, what in (
        ("x" * 58, "58 characters"),
        ("x" * 63, "63 characters"),
        ("ë" * 29, "29 characters of two bytes each"),
        ("_clone", "nothing before _clone"),
    ):
        error = error_of(exercise.other_user, user)

        expect_refusal(error, exercise.RotationError, f"other_user(), for a name of {what},")


@task("3.2")
def test_create_stores_a_login_of_the_other_user(exercise: Any, secret: Secret) -> None:
    """AWSPENDING is all of AWSCURRENT with another user and password; AWSCURRENT stays."""
    fields = {"username": "Shop", "pool": {"size": 5, "tls": True}, "note": None, "port": "5432"}
    kept = {key: item for key, item in secret.login.items() if key != "dbname"}
    value = json.dumps({**kept, **fields})
    secret.client.put_secret_value(SecretId=secret.arn, SecretString=value)
    for user in ("Shop_clone", "Shop"):
        before, current, token = secret.labels(), secret.value(), secret.begin()

        exercise.create_secret(secret.client, secret.arn, token)

        expect(secret.holder(AWSPENDING) == token, "the token's version is not AWSPENDING")
        expect(before.items() <= secret.labels().items(), "create_secret() moved another label")
        pending = secret.value(AWSPENDING)
        expect(pending.get("username") == user, "the pending username is not the other user")
        expect(pending.get("password") != current["password"], "the password is the old one")
        expect(
            pending.get("rotatedfrom") == secret.holder(),
            "the field rotatedfrom is not the id of the version that is AWSCURRENT",
        )
        changed = {"username", "password", "rotatedfrom"}
        kept = {key: item for key, item in pending.items() if key not in changed}
        wanted = {key: item for key, item in current.items() if key not in changed}
        expect(same(kept, wanted), "the other fields of AWSPENDING are not those of AWSCURRENT")
        secret.cancel(token)
        secret.edit(**pending)


@task("3.2")
def test_a_password_is_new_and_harmless(
    exercise: Any, secret: Secret, monkeypatch: pytest.MonkeyPatch
) -> None:
    r"""A password has 32 characters, without / @ " ' \ : and space, and is never used twice."""
    answers = itertools.count(1)

    def unlucky(params: dict[str, Any], **_: Any) -> Any:
        if next(answers) % 4 == 0:  # Whoever draws again until it is harmless comes to an end.
            return answer({"RandomPassword": secrets.token_hex(16)})()
        asked = json.loads(params["body"])
        pool = string.ascii_letters + string.digits
        pool += "" if asked.get("ExcludePunctuation") else string.punctuation
        pool += " " if asked.get("IncludeSpace") else ""
        pool = "".join(each for each in pool if each not in asked.get("ExcludeCharacters", ""))
        drawn = "".join(each for each in AWKWARD if each in pool)
        while len(drawn) < asked.get("PasswordLength", 32):
            drawn += secrets.choice(pool)
        drawn = drawn[: asked.get("PasswordLength", 32)]
        return answer({"RandomPassword": drawn})()

    event_name = "before-call.secretsmanager.GetRandomPassword"
    secret.client.meta.events.register(event_name, unlucky)
    passwords = set()
    for _ in range(3):
        token = secret.begin()

        exercise.create_secret(secret.client, secret.arn, token)

        password = secret.canary(str(secret.value(AWSPENDING)["password"]))  # Nor is it printed.
        passwords.add(password)
        secret.cancel(token)
        public = token.replace("-", "") in password.replace("-", "")
        expect(not public, "the password is the token, which AWS writes into CloudTrail")
        expect(len(password) == 32, f"the password has {len(password)} characters")
        awkward = not set(AWKWARD).isdisjoint(password)
        expect(not awkward, "the password has a character that URLs or shells stumble over")
    expect(len(passwords) == 3, "two rotations were given the same password")
    sent: list[str] = []

    def lose(params: dict[str, Any], **_: Any) -> Any:
        sent.append(json.loads(json.loads(params["body"])["SecretString"])["password"])
        return failing()

    secret.client.meta.events.register("before-call.secretsmanager.PutSecretValue", lose)
    token = secret.begin()

    seeded = random.Random.seed

    def drawn(seed: int) -> set[str]:
        sent.clear()
        with monkeypatch.context() as patch:
            # All that can be seeded is; `secrets` draws from the system, which cannot.
            patch.setattr(random.Random, "seed", lambda self, *_: seeded(self, seed))
            random.seed(seed)
            error_of(exercise.create_secret, secret.client, secret.arn, token)
        return {*sent}

    first = drawn(1)
    computed = not first.isdisjoint(drawn(2))
    expect(not computed, "the password was computed, from what a second call knows as well")
    predicted = not first.isdisjoint(drawn(1))
    expect(not predicted, "the password follows from a seed, as what Python's random draws")


@task("3.2")
def test_create_repeats_without_harm(exercise: Any, secret: Secret) -> None:
    """AWS may call twice: a value that is stored may be the database's already, and has to stay."""
    token = secret.begin()
    exercise.create_secret(secret.client, secret.arn, token)
    first, labels = secret.value(AWSPENDING), secret.labels()

    def put(params: dict[str, Any], **_: Any) -> Any:
        # As AWS answers where a version has another value; the emulators replace it.
        taken = json.loads(params["body"]).get("ClientRequestToken") == token
        refused = {"Error": {"Code": "ResourceExistsException"}}
        return answer(refused, 400)() if taken else None

    with listening({"before-call.secretsmanager.PutSecretValue": put}, secret.client.meta.events):
        exercise.create_secret(secret.client, secret.arn, token)

    kept = same(secret.value(AWSPENDING), first) and secret.labels() == labels
    expect(kept, "the second call stored another value, or moved a label")


@task("3.2")
def test_create_gives_way_to_a_call_that_was_faster(exercise: Any, secret: Secret) -> None:
    """Where another call has just stored its value AWS refuses this one's, and all is well."""
    token = secret.begin()

    def faster(params: dict[str, Any], **_: Any) -> Any:
        if json.loads(params["body"]).get("ClientRequestToken") != token:
            return None
        secret.operator.put_secret_value(**stored, VersionStages=[AWSPENDING])
        return answer({"Error": {"Code": "ResourceExistsException"}}, 400)()

    value = {**secret.login, "username": "shop_clone", "rotatedfrom": secret.holder()}
    stored: Any = {
        "SecretId": secret.arn,
        "ClientRequestToken": token,
        "SecretString": json.dumps(value),
    }
    put = "before-call.secretsmanager.PutSecretValue"
    with listening({put: faster}, secret.client.meta.events):
        exercise.create_secret(secret.client, secret.arn, token)
    expect(same(secret.value(AWSPENDING), value), "the value of the faster call was replaced")


@task("3.2")
def test_create_passes_a_refusal_of_aws_on(exercise: Any, secret: Secret) -> None:
    """Whichever call AWS refuses, or leaves without an answer: nobody may think that it is done."""
    token = secret.begin()
    for number in range(1, MOST):
        calls, refused = itertools.count(1), list[tuple[str, str]]()

        def deny(model: Any, params: dict[str, Any], **_: Any) -> Any:
            if next(calls) != number:  # noqa: B023 - Called below.
                return None
            refused.append((model.name, params["body"].decode()))  # noqa: B023
            return denied()

        with listening({"before-call.secretsmanager": deny}, secret.client.meta.events):
            error = error_of(exercise.create_secret, secret.client, secret.arn, token)

        if not refused:
            break
        [(operation, sent)] = refused
        expect_refusal(error, ClientError, f"create_secret(), denied {operation},")
        drawn = json.loads(json.loads(sent).get("SecretString", "{}")).get("password", "canary")
        part = error and leak_in(error, [drawn], frames=False)
        expect(not part, f"the error of create_secret() holds the new password in {part}")
    secret.cancel(token)
    token = secret.begin()
    drawn = ""

    def lose(params: dict[str, Any], **_: Any) -> None:
        nonlocal drawn
        drawn = json.loads(json.loads(params["body"])["SecretString"])["password"]
        unanswered()

    put = {"before-call.secretsmanager.PutSecretValue": lose}
    with listening(put, secret.client.meta.events):
        error = error_of(exercise.create_secret, secret.client, secret.arn, token)

    what = "create_secret(), whose PutSecretValue was not answered,"
    expect_refusal(error, BotoCoreError, what)
    part = error and leak_in(error, [drawn], frames=False)
    expect(not part, f"{what} raised an error that holds the new password in {part}")


@task("3.2")
def test_the_id_and_the_value_are_those_of_one_version(exercise: Any, secret: Secret) -> None:
    """An operator may edit AWSCURRENT between two reads: rotatedfrom must name what was copied."""
    token = secret.begin()
    notes: dict[str | None, int | None] = {secret.holder(): None}

    def edit(**_: Any) -> None:
        if len(notes) < 5:
            notes[secret.edit(note=len(notes))] = len(notes)

    reads = {f"after-call.secretsmanager.{operation}": edit for operation in READS}
    with listening(reads, secret.client.meta.events):
        exercise.create_secret(secret.client, secret.arn, token)

    pending = secret.value(AWSPENDING)
    expect(
        notes.get(pending.get("rotatedfrom"), 0) == pending.get("note"),
        "the version that rotatedfrom names does not hold what was copied into AWSPENDING",
    )


@task("3.2")
def test_nothing_is_stored_where_there_is_no_login_to_copy(
    exercise: Any, secret: Secret, canary: Canary
) -> None:
    """A current value that is no login, or has a name too long, is an error that quotes nothing."""
    value = canary()
    long = json.dumps({**secret.login, "username": "x" * 58, "password": value})
    nameless = json.dumps({"host": "db", "password": value})
    for text, what in (
        (f'{{"password": {value}', "a value that is not JSON"),
        (f'["{value}"]', "a JSON array"),
        (nameless, "a login without a username"),
        (long, "a username of 58 characters"),
    ):
        secret.client.put_secret_value(SecretId=secret.arn, SecretString=text)
        token = secret.begin()

        error = error_of(exercise.create_secret, secret.client, secret.arn, token)

        expect_refusal(error, exercise.RotationError, f"create_secret(), given {what},")
        expect(not secret.has_value(token), f"create_secret(), given {what}, stored a value")


# Task 3.3


@contextmanager
def connections(
    monkeypatch: pytest.MonkeyPatch, kind: type[psycopg.Connection] = psycopg.Connection
) -> Iterator[list[psycopg.Connection]]:
    """Yield the list of all connections that are opened in this block; close them in the end."""
    opened: list[psycopg.Connection] = []

    def connect(*args: Any, **kwargs: Any) -> psycopg.Connection:
        opened.append(kind.connect(*args, **kwargs))
        return opened[-1]

    with monkeypatch.context() as patch:
        patch.setattr(psycopg, "connect", connect)
        try:
            yield opened
        finally:
            left = [connection for connection in opened if not connection.closed]
            opened[:] = left
            for connection in left:
                connection.close()


class Hurried(psycopg.Connection):
    """A connection that waits for a lock for a moment only."""

    @classmethod
    def connect(cls, *args: Any, **kwargs: Any) -> Self:
        """Open it."""
        connection = super().connect(*args, **kwargs)
        hurry(connection)
        return connection


class Failed(psycopg.Connection):
    """A connection that refuses all work, as its transaction has failed already."""

    @classmethod
    def connect(cls, *args: Any, **kwargs: Any) -> Self:
        """Open it."""
        connection = super().connect(*args, **kwargs)
        connection.pgconn.exec_(b"BEGIN; SELECT 1 / 0")
        return connection


@task("3.3")
def test_log_in_opens_a_connection_as_the_user(exercise: Any, shop: Shop) -> None:
    """Where nothing is wrong, log_in returns an open connection."""
    connection = exercise.log_in(shop.login)

    is_open = isinstance(connection, psycopg.Connection) and not connection.closed
    expect(is_open, f"log_in() returned {told(connection)}, which is no open connection")
    connection.close()


def knows_bare_words(exercise: Any, login: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> bool:
    """Return whether log_in would know the refusal of a login by a text that is nothing else."""
    said = str(error_of(exercise.connect, login))
    words = next((words for words in exercise.REFUSALS if words in said), said)
    with monkeypatch.context() as patch:
        patch.setattr(psycopg, "connect", Mock(side_effect=psycopg.OperationalError(words)))
        error = error_of(exercise.log_in, login)
    return isinstance(error, exercise.LoginRefusedError)


@task("3.3")
def test_a_refused_login_is_told(
    exercise: Any, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A user or password that the database refuses is a LoginRefusedError without a password."""
    wrong, locked = shop.canary(), f"locked_{shop.mark}"
    shop.add_role(locked, shop.login["password"], "NOLOGIN")
    for changes, what in (
        ({"password": wrong}, "a wrong password"),
        ({"password": ""}, "an empty password"),
        ({"username": f"nobody_{shop.mark}"}, "a user that does not exist"),
        ({"username": locked}, "a user that may not log in"),
    ):
        login = {**shop.login, **changes}
        error = error_of(exercise.log_in, login)

        unknown = isinstance(error, exercise.DatabaseUnreachableError)
        whole = unknown and knows_bare_words(exercise, login, monkeypatch)
        expect(not whole, f"log_in(), with {what}, took the words of a refusal for the whole text")
        expect_refusal(error, exercise.LoginRefusedError, f"log_in(), with {what},")


@task("3.3")
def test_a_database_that_takes_nobody_in_is_no_bad_password(exercise: Any, shop: Shop) -> None:
    """A dead or full database says nothing about the password: that is DatabaseUnreachableError."""
    for changes, limit, what in (
        ({"port": closed_port()}, 9, "nobody listening at the port"),
        ({"dbname": f"none_{shop.mark}"}, 9, "a database that does not exist"),
        ({}, 0, "no connection left for the user"),
    ):
        shop.run(f"ALTER ROLE {{}} CONNECTION LIMIT {limit}", shop.user)

        error = error_of(exercise.log_in, {**shop.login, **changes})

        expect_refusal(error, exercise.DatabaseUnreachableError, f"log_in(), with {what},")


def answer_that_it_is_starting(listener: socket.socket) -> None:
    """Answer each login as PostgreSQL does while it starts, until nobody listens any more."""
    said = b"SFATAL\0VFATAL\0C57P03\0Mthe database system is starting up\0\0"
    with suppress(OSError):
        while True:
            connection, _ = listener.accept()
            with connection:
                connection.recv(1 << 16)
                connection.sendall(b"E" + (len(said) + 4).to_bytes(4) + said)


@task("3.3")
def test_a_server_that_is_starting_is_no_bad_password(
    exercise: Any, secret: Secret, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a restart a server answers, and takes nobody in yet: the password may well be right."""
    for encryption in ("PGSSLMODE", "PGGSSENCMODE"):  # So that the login is the first that is sent.
        monkeypatch.setenv(encryption, "disable")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=answer_that_it_is_starting, args=[listener], daemon=True).start()

        error = error_of(exercise.log_in, {**secret.login, "port": listener.getsockname()[1]})

    what = "log_in(), at a server that is starting,"
    expect_refusal(error, exercise.DatabaseUnreachableError, what)


@task("3.3")
def test_test_secret_tries_awspending(exercise: Any, shop: Shop) -> None:
    """What is tried is AWSPENDING, and not the login that works already."""
    token = shop.begin()
    pending = shop.pend(token)
    error = error_of(exercise.test_secret, shop.client, shop.arn, token)
    expect_refusal(error, exercise.LoginRefusedError, "test_secret(), before setSecret,")
    shop.set_up(pending)
    shop.change_password(shop.user, shop.canary())

    exercise.test_secret(shop.client, shop.arn, token)


@task("3.3")
def test_test_secret_runs_a_query(exercise: Any, shop: Shop, wire: Wire) -> None:
    """A login alone may succeed where the server can do no work, so a query has to be answered."""
    token = shop.begin()
    shop.set_up(shop.pend(token))
    exercise.test_secret(shop.client, shop.arn, token)
    wire.cut_at(1)

    error = error_of(exercise.test_secret, shop.client, shop.arn, token)

    expect(error is not None, "test_secret() found nothing wrong with a server that does no work")


@task("3.3")
def test_test_secret_tries_no_other_version(exercise: Any, shop: Shop) -> None:
    """Another rotation's AWSPENDING proves nothing for this one, and no value is no login."""
    token = shop.begin()
    error = error_of(exercise.test_secret, shop.client, shop.arn, token)
    expect_refusal(error, exercise.NoValueError, "test_secret(), before createSecret,")
    shop.pend(token)
    shop.cancel(token)
    shop.set_up(shop.pend(shop.begin()))

    error = error_of(exercise.test_secret, shop.client, shop.arn, token)

    what = "test_secret(), while AWSPENDING is on another version,"
    expect_refusal(error, exercise.RotationError, what)


@task("3.3")
def test_test_secret_closes_its_connection(
    exercise: Any, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A Lambda function lives on between calls: what it leaves open fills the database up."""
    token = shop.begin()
    shop.set_up(shop.pend(token))
    with connections(monkeypatch) as left:
        exercise.test_secret(shop.client, shop.arn, token)
    expect(not left, "test_secret() left a connection open")

    with connections(monkeypatch, Failed) as left:
        error = error_of(exercise.test_secret, shop.client, shop.arn, token)

    expect_refusal(error, psycopg.Error, "test_secret(), whose query failed,")
    expect(not left, "test_secret() left a connection open when the query failed")


# Task 3.4


def acts_as(shop: Shop, login: dict[str, Any]) -> str:
    """Return the role that a login's sessions begin as."""
    with shop.connect(login) as connection:
        [(role,)] = connection.execute("SELECT current_user")
    return str(role)


def prepare(exercise: Any, shop: Shop, login: dict[str, Any], owner: str) -> str:
    """Call prepare_user as the master, commit, and return the role that its session acts as."""
    user, password = login["username"], login["password"]
    with shop.connect(shop.master, autocommit=False) as connection:
        error = error_of(exercise.prepare_user, connection, user, password, owner)
        if isinstance(error, psycopg.errors.SyntaxError):
            for near, cause in NO_SQL.items():
                expect(near not in str(error.diag.message_primary), f"prepare_user() {cause}")
        if error is not None:
            raise error
        [(role,)] = connection.execute("SELECT current_user")
    return str(role)


def with_verifier(exercise: Any, shop: Shop) -> None:
    """Fail where the server is asked for the algorithm, before a wire leads there.

    libpq asks while psycopg holds the GIL: a wire, a thread of this program, could not answer.
    """
    # A server that is sent this password itself takes it for a hash, and stores it as it is.
    login = {"username": shop.user, "password": shop.canary(f"md5{uuid.uuid4().hex}")}
    with shop.connect(shop.master, autocommit=False) as connection:
        connection.execute("SET LOCAL password_encryption TO md5")
        exercise.prepare_user(connection, shop.user, login["password"], shop.user)
    if shop.sees_passwords:
        verified = not shop.has_hash_of(login)
        happened = "prepare_user() set an md5 hash, as the server was set to, and no SCRAM verifier"
    else:
        verified = shop.accepts(login)  # Most servers accept no login by a mere hash.
        happened = "prepare_user() set no SCRAM verifier where the server was set to md5"
    expect(verified, happened)
    shop.change_password(shop.user, shop.login["password"])


@task("3.4")
def test_a_user_that_does_not_exist_is_created(exercise: Any, shop: Shop) -> None:
    """The new user logs in with the password, is a member of the owner, and acts as it."""
    group = f"group_{shop.mark}"
    shop.add_role(group, shop.canary(), "NOLOGIN")
    shop.run("GRANT {} TO {}", group, shop.user)
    shop.run("ALTER ROLE {} CREATEROLE", shop.user)
    login, before = {"username": shop.clone, "password": shop.canary()}, shop.others(shop.clone)

    role = prepare(exercise, shop, login, shop.user)

    able = "cannot log in with its password" if shop.may_log_in(shop.clone) else "may not log in"
    expect(shop.accepts(login), f"the new user {able}")
    expect(shop.others(shop.clone) == before, "a role other than the new user was changed")
    happened = "a session of the new user does not act as the owner"
    if role == shop.user:
        happened = "the session of the master acts as the owner, in the place of the new user's"
    expect(acts_as(shop, login) == shop.user, happened)
    elsewhere = shop.begins_as(shop.clone) == shop.user
    expect(elsewhere, "a session of the new user acts as the owner in one database alone")
    rights, groups, limit = shop.excess(shop.clone, shop.user)
    expect(not rights, "the new user may do more than log in, or only until some day")
    expect(not groups, "the new user was made a member of more than the owner")
    expect(not limit, "the new user has a limit of connections, which the owner does not have")
    expect(not shop.was_granted(shop.clone), "a role was made a member of the new user")


@task("3.4")
def test_a_member_gets_the_new_password(exercise: Any, shop: Shop) -> None:
    """Whoever exists and is a member, inheriting or not, may log in anew, and as the owner."""
    shop.add_role(shop.clone, shop.canary(), "LOGIN NOINHERIT")
    shop.run("GRANT {} TO {}", shop.user, shop.clone)
    shop.run("ALTER ROLE {} SET role TO {}", shop.clone, shop.clone)
    new = {"username": shop.clone, "password": shop.canary()}
    for state in ("LOGIN", "NOLOGIN"):
        shop.run(f"ALTER ROLE {{}} {state}", shop.clone)

        prepare(exercise, shop, new, shop.user)

        expect(shop.accepts(new), f"the user, {state} before, cannot log in with the new password")
    expect(acts_as(shop, new) == shop.user, "a session of the user does not act as the owner")


@task("3.4")
def test_the_owner_itself_gets_the_new_password(exercise: Any, shop: Shop) -> None:
    """Where the user is the owner, the password changes and nothing has to be granted."""
    new = {**shop.login, "password": shop.canary()}

    prepare(exercise, shop, new, shop.user)

    expect(shop.accepts(new), "the user cannot log in with the new password")


@task("3.4")
def test_all_is_left_to_the_callers_transaction(exercise: Any, shop: Shop) -> None:
    """What the caller takes back must be gone, so prepare_user itself commits nothing."""
    before = shop.others()
    for user, begun in itertools.product((shop.clone, shop.user), (" what it had begun", "")):
        with shop.connect(shop.master, autocommit=False) as connection:
            if begun:
                connection.execute("SELECT 1")
            exercise.prepare_user(connection, user, shop.canary(), shop.user)
            connection.rollback()

        what = f"prepare_user(), although the caller rolled back{begun},"
        expect_untouched(shop, before, what)


@task("3.4")
def test_the_server_never_sees_the_password(exercise: Any, shop: Shop, wire: Wire) -> None:
    """A server may write every statement to its log, so it is sent a SCRAM verifier."""
    with_verifier(exercise, shop)
    login = {**shop.value(), "username": shop.clone, "password": shop.canary()}
    master = {**shop.master, "host": "127.0.0.1", "port": wire.port}

    with exercise.connect(master) as connection:
        connection.execute("SET password_encryption TO md5")
        exercise.prepare_user(connection, shop.clone, login["password"], shop.user)

    expect(login["password"].encode() not in wire.heard, "the password was sent to the server")
    with shop.connect(shop.master) as connection:  # So that the password alone matters below.
        connection.execute(sql.SQL("ALTER ROLE {} LOGIN").format(sql.Identifier(shop.clone)))
    verified = VERIFIER in wire.heard and shop.accepts(login)
    expect(verified, "the server was sent no SCRAM verifier of the password")


@task("3.4")
def test_what_one_creates_is_the_others_too(exercise: Any, shop: Shop) -> None:
    """The shop goes on with the tables it has, whichever of the two users is at work."""
    login = {"username": shop.clone, "password": shop.canary()}
    place = sql.Identifier(f"place_{shop.mark}")
    shop.run("GRANT {} TO CURRENT_USER", shop.user)
    shop.admin.execute(
        sql.SQL("CREATE SCHEMA {} AUTHORIZATION {}").format(place, sql.Identifier(shop.user))
    )

    def work(login: dict[str, Any], statement: str, table: sql.Identifier) -> bool:
        with shop.connect(login) as connection:
            try:
                connection.execute(sql.SQL(statement).format(place, table))
            except psycopg.Error:
                return False
        return True

    orders, returns = sql.Identifier("orders"), sql.Identifier("returns")
    work(shop.login, "CREATE TABLE {}.{} (id int)", orders)

    prepare(exercise, shop, login, shop.user)

    created = work(login, "CREATE TABLE {}.{} (id int)", returns)
    expect(created, "the clone cannot create a table where the first user can")
    for table, other, whose in (
        (orders, login, "the first user's"),
        (returns, shop.login, "the clone's"),
    ):
        for statement, what in (
            ("INSERT INTO {}.{} VALUES (1)", "write to"),
            ("SELECT * FROM {}.{}", "read"),
            ("ALTER TABLE {}.{} ADD note text", "alter"),
            ("DROP TABLE {}.{}", "drop"),
        ):
            able = work(other, statement, table)
            expect(able, f"{whose} table is one that the other user cannot {what}")


@task("3.4")
def test_any_character_may_be_in_a_name(exercise: Any, shop: Shop) -> None:
    """Names with quotes, percent signs and braces are names, and neither SQL nor formats."""
    owner, user = f"{ODD}{shop.mark}", f"{ODD}{shop.mark}_clone"
    shop.add_role(owner, shop.canary())
    for name in (user, owner):
        login = {"username": name, "password": shop.canary()}

        prepare(exercise, shop, login, owner)

        expect(shop.accepts(login), "a user with an odd name cannot log in with its password")


@task("3.4")
def test_somebody_else_is_left_alone(exercise: Any, shop: Shop) -> None:
    """A role that exists and is no member, or is a superuser, takes turns with nobody."""
    stranger, mighty = f"{shop.user}_two", f"mighty_{shop.mark}"
    shop.add_role(shop.clone, shop.canary())
    users = [
        (stranger, shop.user, "a role that is no member of the owner"),
        (shop.clone, shop.user, "a role of the clone's name that is no member"),
    ]
    with suppress(psycopg.errors.InsufficientPrivilege):  # Then there is none to take over.
        shop.add_role(mighty, shop.canary(), "LOGIN SUPERUSER")
        shop.run("GRANT {} TO {}", shop.user, mighty)
        users += [(mighty, shop.user, "a superuser"), (mighty, mighty, "a superuser as the owner")]
    before = shop.others()
    for user, owner, what in users:
        with shop.server.connect() as connection:
            error = error_of(exercise.prepare_user, connection, user, shop.canary(), owner)
            connection.commit()

        expect_refusal(error, exercise.RotationError, f"prepare_user(), given {what},")
        expect_untouched(shop, before, f"prepare_user(), given {what},")


# Task 3.5


@task("3.5")
def test_pair_returns_both_versions(exercise: Any, secret: Secret) -> None:
    """Where AWSPENDING was made from AWSCURRENT, pair returns the two, in this order."""
    token = secret.begin()
    pending = secret.pend(token)

    result = exercise.pair(secret.client, secret.arn, token)

    wanted = [(secret.holder(), secret.value()), (token, pending)]
    right = same([version.id for version in result], [id_ for id_, _ in wanted]) and all(
        same(version.login, login) for version, (_, login) in zip(result, wanted, strict=True)
    )
    expect(right, "pair() did not return the versions AWSCURRENT and AWSPENDING, in this order")


@task("3.5")
def test_pair_refuses_a_login_that_does_not_belong(exercise: Any, secret: Secret) -> None:
    """Another hand could have put a login there that names any user on any host, or any master."""
    secret.edit(pool={"size": 5}, note="", owner=None)
    for changes, what in (
        ({"username": "shop"}, "the user of AWSCURRENT itself"),
        ({"username": "postgres"}, "a stranger"),
        ({"username": "shop_clone_clone"}, "a clone of the clone"),
        ({"host": "db.example.com"}, "another host"),
        ({"port": 5433}, "another port"),
        ({"dbname": "blog"}, "another database"),
        ({"masterarn": "arn:of:another:master"}, "another master"),
        ({"rotatedfrom": None}, "no version that it was made from"),
        ({"username": None}, "no user"),
        ({"password": None}, "no password"),
        ({"engine": None}, "a field less"),
        ({"note": None}, "a field less that was empty"),
        ({"tls": True}, "a field more"),
        ({"pool": {"size": 6}}, "another object in a field"),
        ({"port": str(secret.login["port"])}, "a text for a number"),
        ({"owner": None}, f"no field where {AWSCURRENT} has null"),
    ):
        token = secret.begin()
        secret.pend(token, **changes)

        error = error_of(exercise.pair, secret.client, secret.arn, token)

        expect_refusal(error, exercise.RotationError, f"pair(), where AWSPENDING has {what},")
        secret.cancel(token)


@task("3.5")
def test_pair_refuses_what_was_overtaken(exercise: Any, secret: Secret) -> None:
    """What an operator has changed since, or another rotation, would be lost by going on."""
    token = secret.begin()
    error = error_of(exercise.pair, secret.client, secret.arn, token)
    expect_refusal(error, exercise.NoValueError, "pair(), before createSecret,")
    secret.pend(token)
    secret.edit(note="by an operator")
    error = error_of(exercise.pair, secret.client, secret.arn, token)
    expect_refusal(error, exercise.RotationError, "pair(), after an edit of AWSCURRENT,")
    secret.cancel(token)
    token = secret.begin()
    secret.pend(token)
    secret.edit(password=secret.canary())
    error = error_of(exercise.pair, secret.client, secret.arn, token)
    expect_refusal(error, exercise.RotationError, "pair(), after a new password in AWSCURRENT,")
    secret.cancel(token)
    token, other = secret.begin(), str(uuid.uuid4())
    secret.pend(token)
    secret.cancel(token)
    secret.pend(other)

    error = error_of(exercise.pair, secret.client, secret.arn, token)

    expect_refusal(error, exercise.RotationError, "pair(), with AWSPENDING on another version,")


@task("3.5")
def test_set_gives_the_other_user_its_password(exercise: Any, shop: Shop) -> None:
    """The other user logs in with AWSPENDING, twice and in turns, and nobody else has changed."""
    text = {"port": str(shop.master["port"])}  # JSON has two ways to say it.
    for turn, changes, how in (
        ("called for the first time", text, "where the master's port is a text"),
        ("on the way back", shop.elsewhere, "with a master of another database"),
    ):
        itself = shop.exists(shop.clone) and shop.begins_as(shop.clone) != shop.user
        first = f"{turn}, by a user that acts as itself" if itself else turn
        token = shop.begin()
        pending = shop.pend(token)
        user = pending["username"]
        before, labels = shop.others(user), shop.labels()

        for master, what in ({}, first), (changes, how):
            shop.change_master(**master)
            call = (exercise.set_secret, shop.client, shop.arn, token)
            expect_no(exercise.RotationError, f"set_secret(), {what},", *call)

            expect(shop.accepts(pending), "the other user cannot log in with AWSPENDING")
            expect(shop.others(user) == before, "a role other than the other user was changed")
            expect(shop.labels() == labels, "set_secret() moved a label")
        shop.cancel(token)
        shop.edit(username=user, password=pending["password"])


@task("3.5")
def test_two_users_share_an_owner_that_cannot_log_in(exercise: Any, shop: Shop) -> None:
    """Where the first user acts as a role that owns the tables, so does the other."""
    owner = f"owner_{shop.mark}"
    for group in (f"another_{shop.mark}", owner):
        shop.add_role(group, shop.canary(), "NOLOGIN")
        shop.run("GRANT {} TO {}", group, shop.user)
    shop.run("ALTER ROLE {} SET role TO {}", shop.user, owner)
    for where in ("", f", where the role of {AWSCURRENT}'s user is set for one database alone"):
        token = shop.begin()
        pending = shop.pend(token)

        error = error_of(exercise.set_secret, shop.client, shop.arn, token)

        expect(error is None, f"set_secret() raised {told(error)}{where}")
        shared = acts_as(shop, pending) == owner
        expect(shared, f"the other user does not act as the shared owner{where}")
        shop.cancel(token)
        shop.edit(username=pending["username"], password=pending["password"])
        shop.run("ALTER ROLE {} RESET role", shop.clone)
        here = "ALTER ROLE {} IN DATABASE {} SET role TO {}"
        shop.run(here, shop.clone, shop.server.dbname, owner)


@task("3.5")
def test_who_cannot_log_in_has_no_say(exercise: Any, shop: Shop) -> None:
    """The master must not be lent to a secret whose own login the database refuses or lacks."""
    for changes, kind, what in (
        ({"password": shop.canary()}, "LoginRefusedError", "that is refused"),
        ({"port": closed_port()}, "DatabaseUnreachableError", "to a dead database"),
    ):
        shop.edit(**changes)
        shop.change_master(port=shop.value()["port"])
        token = shop.begin()
        shop.pend(token)
        before = shop.others()

        error = error_of(exercise.set_secret, shop.client, shop.arn, token)

        expect_refusal(error, getattr(exercise, kind), f"set_secret(), with a login {what},")
        expect_untouched(shop, before, f"set_secret(), with a login {what},")
        shop.cancel(token)


@task("3.5")
def test_a_master_that_is_refused_is_told(
    exercise: Any, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody has to give the master its password back, and must not be locked out meanwhile."""
    shop.change_master(password=shop.canary())
    token = shop.begin()
    shop.pend(token)

    with connections(monkeypatch) as left:
        error = error_of(exercise.set_secret, shop.client, shop.arn, token)

    what = "set_secret(), with a master that is refused,"
    expect_refusal(error, exercise.LoginRefusedError, what)
    expect(not left, f"{what} left a connection open")


@task("3.5")
def test_the_master_is_lent_for_its_own_server_alone(exercise: Any, shop: Shop) -> None:
    """A master of another server would show its password there, and must not change itself."""
    shop.add_role(shop.clone, shop.master["password"], "LOGIN CREATEROLE", shop.user)
    shop.run("GRANT {} TO {} WITH ADMIN OPTION", shop.user, shop.clone)
    other = "127.0.0.1" if shop.master["host"] == "localhost" else "localhost"
    for changes, what in (
        ({"host": other}, "is on another host"),
        ({"host": "127.0.0.2"}, "is at an address that begins alike"),
        ({"port": closed_port()}, "has another port"),
        ({"username": shop.clone}, "is the user to be changed"),
    ):
        shop.change_master(**changes)
        token = shop.begin()
        shop.pend(token)
        before = shop.others()

        error = error_of(exercise.set_secret, shop.client, shop.arn, token)

        what = f"set_secret(), where the master {what},"
        expect_refusal(error, exercise.RotationError, what)
        unreachable = isinstance(error, exercise.DatabaseUnreachableError)
        expect(not unreachable, f"{what} sent the master's password there")
        expect_untouched(shop, before, what)
        shop.cancel(token)


@task("3.5")
def test_nothing_is_set_for_what_does_not_belong(exercise: Any, shop: Shop) -> None:
    """Without a value, a master or a pair that holds, the database stays as it was."""
    token, before = shop.begin(), shop.others()
    error = error_of(exercise.set_secret, shop.client, shop.arn, token)
    expect_refusal(error, exercise.NoValueError, "set_secret(), before createSecret,")
    stranger = f"{shop.user}_two"
    for changes, what in (
        ({"username": stranger}, "where AWSPENDING names a stranger"),
        ({"dbname": "template1"}, "where AWSPENDING names another database"),
        ({}, "after an edit of AWSCURRENT"),
        ({}, "with a master that does not exist"),
        ({}, "without a masterarn"),
    ):
        if what == "with a master that does not exist":
            shop.edit(masterarn=f"{shop.name}-of-nobody")
        if what == "without a masterarn":
            value = {key: item for key, item in shop.value().items() if key != "masterarn"}
            shop.client.put_secret_value(SecretId=shop.arn, SecretString=json.dumps(value))
        token = shop.begin()
        shop.pend(token, **changes)
        if what == "after an edit of AWSCURRENT":
            shop.edit(note="by an operator")

        error = error_of(exercise.set_secret, shop.client, shop.arn, token)

        expect_refusal(error, exercise.RotationError, f"set_secret(), {what},")
        expect_untouched(shop, before, f"set_secret(), {what},")
        shop.cancel(token)


@task("3.5")
def test_set_is_one_transaction(exercise: Any, shop: Shop, wire: Wire) -> None:
    """A connection that breaks between two statements must not leave half a user behind."""
    with_verifier(exercise, shop)
    token = shop.begin()
    pending = shop.pend(token)
    for number in range(1, MOST):
        wire.cut_at(number)

        error = error_of(exercise.set_secret, shop.client, shop.arn, token)

        made = shop.exists(shop.clone)
        half = made and not (shop.accepts(pending) and acts_as(shop, pending) == shop.user)
        expect(not half, "a connection that broke left half a user behind")
        if made:
            break
        expect(error is not None, "set_secret() raised no error, and there is no other user")


@task("3.5")
def test_set_closes_its_connections(
    exercise: Any, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether it succeeds or is refused, set_secret leaves no connection open."""
    token = shop.begin()
    shop.pend(token)
    with connections(monkeypatch) as left:
        exercise.set_secret(shop.client, shop.arn, token)
    expect(not left, "set_secret() left a connection open")
    shop.run("DROP ROLE {}", shop.clone)
    shop.add_role(shop.clone, shop.canary())

    with connections(monkeypatch) as left:
        error_of(exercise.set_secret, shop.client, shop.arn, token)

    expect(not left, "set_secret() left a connection open when it was refused")


# Task 3.6


def start_over(shop: Shop) -> None:
    """Cancel what is pending, if anything, before the next rotation begins."""
    for version, labels in shop.labels().items():
        if AWSPENDING in labels and AWSCURRENT not in labels:
            shop.cancel(version)


def ready_to_finish(shop: Shop) -> str:
    """Return the token of a rotation that lacks nothing but its last step."""
    token = shop.begin()
    shop.set_up(shop.pend(token))
    return token


@task("3.6")
def test_finish_moves_awscurrent(
    exercise: Any, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """AWSCURRENT moves to the new version; AWSPENDING is left for Secrets Manager to take away."""
    old, token = shop.holder() or "", ready_to_finish(shop)
    shop.change_password(shop.user, shop.canary())  # To replace what is broken is what it is for.

    with connections(monkeypatch) as left:
        exercise.finish_secret(shop.client, shop.arn, token)

    labels = shop.labels()
    expect(shop.holder() == token, "AWSCURRENT is not on the token's version afterwards")
    expect(AWSPREVIOUS in labels.get(old, ()), "the version that was replaced is not AWSPREVIOUS")
    expect(AWSPENDING in labels[token], "AWSPENDING was taken away, as from a rotation that failed")
    expect(not left, "finish_secret() left a connection open")


@only_on_moto("LocalStack has no version without a value, and moves no label to it.")
@task("3.6")
def test_a_version_without_a_value_is_never_promoted(exercise: Any, shop: Shop) -> None:
    """Before createSecret there is nothing yet that could reach the application."""
    token, before = shop.begin(), shop.holder()

    error = error_of(exercise.finish_secret, shop.client, shop.arn, token)

    expect_refusal(error, exercise.NoValueError, "finish_secret(), before createSecret,")
    expect(shop.holder() == before, "AWSCURRENT moved to a version without a value")


@task("3.6")
def test_a_login_that_does_not_work_is_never_promoted(exercise: Any, shop: Shop) -> None:
    """Before setSecret the database refuses the new login, as it would the application."""
    token, before = shop.begin(), shop.holder()
    shop.pend(token)

    error = error_of(exercise.finish_secret, shop.client, shop.arn, token)

    expect_refusal(error, exercise.LoginRefusedError, "finish_secret(), before setSecret,")
    expect(shop.holder() == before, "AWSCURRENT moved to a version that does not log in")


@task("3.6")
def test_a_login_that_does_not_belong_is_never_promoted(exercise: Any, shop: Shop) -> None:
    """A login of somebody else may well work, and is still not the application's."""
    stranger = {"username": f"{shop.user}_two", "password": shop.canary()}
    shop.change_password(stranger["username"], stranger["password"])
    token = shop.begin()
    shop.pend(token, **stranger)

    error = error_of(exercise.finish_secret, shop.client, shop.arn, token)

    expect_refusal(error, exercise.RotationError, "finish_secret(), with a stranger's login,")


@task("3.6")
def test_a_version_that_lost_awspending_is_never_promoted(exercise: Any, shop: Shop) -> None:
    """Where an operator has cancelled the rotation, it is over, though the login works."""
    token = ready_to_finish(shop)
    shop.cancel(token)
    error = error_of(exercise.finish_secret, shop.client, shop.arn, token)
    expect_refusal(error, exercise.RotationError, "finish_secret(), without AWSPENDING,")
    ready_to_finish(shop)

    error = error_of(exercise.finish_secret, shop.client, shop.arn, token)

    what = "finish_secret(), with AWSPENDING on another version,"
    expect_refusal(error, exercise.RotationError, what)


@task("3.6")
def test_a_move_that_did_not_happen_is_no_success(
    exercise: Any, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where AWS refuses the move, or does not answer, the rotation is not over, and says so."""
    token = ready_to_finish(shop)
    for hear, kind, what in (
        (failing, ClientError, "whose move fails in AWS"),
        (unanswered, BotoCoreError, "whose move was not answered"),
    ):
        move = {"before-call.secretsmanager.UpdateSecretVersionStage": hear}
        with listening(move, shop.client.meta.events), connections(monkeypatch) as left:
            error = error_of(exercise.finish_secret, shop.client, shop.arn, token)

        expect_refusal(error, kind, f"finish_secret(), {what},")
        expect(not left, f"finish_secret(), {what}, left a connection open")


@task("3.6")
def test_an_operators_edit_is_not_overwritten(exercise: Any, shop: Shop) -> None:
    """What an operator has put into AWSCURRENT since this rotation began must not be lost."""
    token = ready_to_finish(shop)
    shop.edit(note="by an operator")

    error = error_of(exercise.finish_secret, shop.client, shop.arn, token)

    expect_refusal(error, exercise.RotationError, "finish_secret(), after an edit of AWSCURRENT,")


@task("3.6")
def test_an_edit_in_the_last_moment_is_kept(exercise: Any, shop: Shop) -> None:
    """RemoveFromVersionId makes AWS compare before it moves the label, which no read can."""
    for number in range(1, MOST):
        token, edited = ready_to_finish(shop), list[str]()

        def edit() -> None:
            edited.append(shop.edit(note="by an operator"))  # noqa: B023 - Called below.

        with disturbed(shop.client, "after", number, edit):
            error = error_of(exercise.finish_secret, shop.client, shop.arn, token)

        moved = AWSPREVIOUS in shop.labels().get(token, ()) or shop.holder() == token
        expect(moved or error is not None, "finish_secret() raised no error, and moved no label")
        if not edited:
            break
        lost = "AWSCURRENT moved away from what an operator has just put there"
        expect(shop.holder() == edited[0], lost)
        start_over(shop)


# Task 3.7


def with_lock(exercise: Any, shop: Shop) -> None:
    """Take the lock once: what is asked for here makes no sense before it is written."""
    with shop.connect(shop.login, autocommit=False) as connection:
        exercise.take_lock(connection, shop.arn)


def hurry(session: psycopg.Connection, milliseconds: int = 20) -> None:
    """Let a session wait for a lock no longer than this."""
    session.execute("SELECT set_config('lock_timeout', %s, false)", [str(milliseconds)])
    session.commit()


def expect_locked(exercise: Any, shop: Shop, met: bool, happened: str) -> None:
    """Fail with what happened, or with what take_lock lacks, where that explains it."""
    if not met and not keeps_out(exercise, shop):
        happened = "take_lock() keeps no other session out, so that whoever calls it is not alone"
    expect(met, happened)


def keeps_out(exercise: Any, shop: Shop) -> bool:
    """Return whether take_lock, called in a second session, is refused."""
    with (
        shop.server.connect() as first,
        shop.connect(shop.master, autocommit=False) as second,
    ):
        for session in (first, second):
            hurry(session)
        return any(error_of(exercise.take_lock, session, shop.arn) for session in (first, second))


class Call:
    """A call in a thread of its own, which a check waits for, or stops waiting for."""

    def __init__(self, shop: Shop, call: Callable[[], object]) -> None:
        self.error: Exception | None = None
        self._shop, self._call = shop, call
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    @property
    def runs(self) -> bool:
        """Whether the call has not come back."""
        return self._thread.is_alive()

    def wait_until_it_waits(self, seconds: float = WAIT_SECONDS, waiting: int = 1) -> bool:
        """Return at the latest after *seconds*: whether the call came back, or waits for a lock.

        What is not written yet is raised. It waits where so many of the check's sessions do.
        """
        deadline = time.monotonic() + seconds
        while self.runs and time.monotonic() < deadline:
            if self._shop.waiting() >= waiting:
                return True
            self._thread.join(0.005)
        if not self.runs:
            self.end()
        return not self.runs

    def end(self) -> None:
        """Wait for the end; what is not written yet is raised here."""
        self._thread.join(END_SECONDS)
        if isinstance(self.error, NotImplementedError):
            raise self.error

    def _run(self) -> None:
        try:
            self._call()
        except Exception as error:
            self.error = error


@dataclass
class Rival:
    """Another rotation of the same secret, that begins while a step of the first is at work."""

    exercise: Any
    shop: Shop
    promotes: bool = True  # Or has set its password, and no more, when the first goes on.
    call: Call | None = None
    patience: float = WAIT_SECONDS

    def overtake(self, token: str) -> None:
        """Let an operator cancel this rotation, and the rival work until it is done or waits."""
        self.shop.cancel(token)
        self.call = Call(self.shop, partial(self._rotate, self.shop.begin()))
        if not self.call.wait_until_it_waits(self.patience):
            self.patience /= 4  # It waits in a way of its own, or this machine is slow.

    def _rotate(self, token: str) -> None:
        """Do under the lock what the steps of a rotation should."""
        shop = self.shop
        with shop.connect(shop.value(), autocommit=False) as session:
            self.exercise.take_lock(session, shop.arn)
            pending = shop.pend(token)
            shop.set_up(pending)
            if self.promotes:
                shop.promote(token)

    def finish(self) -> bool:
        """Let the rival come to its end, and return whether there was one."""
        if self.call is None:
            return False
        self.call.end()
        self.call = None
        return True


def expect_open(exercise: Any, shop: Shop, when: str) -> None:
    """Fail where the application cannot log in."""
    lost = f"{when}, the application cannot log in with what AWSCURRENT says"
    expect_locked(exercise, shop, shop.is_open(), lost)


def hash_of_another_program(value: object, own: Callable[[object], int] = hash) -> int:
    """Return another number for a string, as Python does in each program that it runs."""
    return own(value) ^ 1 if isinstance(value, str) else own(value)


@task("3.7")
def test_one_session_at_a_time_holds_the_lock(
    exercise: Any, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While one session holds a secret's lock no other gets it, and other secrets are free."""
    arn = f"arn:aws:secretsmanager:us-east-1:123456789012:secret:shop/{shop.mark}/prod-AbCdEf"
    clone = {"username": shop.clone, "password": shop.canary()}
    shop.add_role(shop.clone, clone["password"])
    with (
        shop.connect(shop.login, autocommit=False) as first,
        shop.connect(shop.login, autocommit=False) as alike,
        shop.connect(clone, autocommit=False) as other,
    ):
        for session in (alike, other):
            hurry(session)

        def attempt(session: psycopg.Connection, program: Callable[[object], int]) -> Any:
            session.rollback()
            with monkeypatch.context() as patch:
                patch.setattr(builtins, "hash", program)
                return error_of(exercise.take_lock, session, arn)

        exercise.take_lock(first, arn)
        ended = first.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
        expect(not ended, "take_lock() left no transaction open, with which its lock is to end")
        for part, another in PARTS_OF_AN_ARN.items():
            exercise.take_lock(other, arn.replace(part, another))

        error = attempt(other, hash_of_another_program)

        what = "take_lock(), while another session held the lock,"
        without = error is None and shop.locks() == 1
        expect(not without, f"{what} came back without it")
        # Who got it is told by the least in which that session differs from the first one.
        for session, program, whose in (
            (alike, hash, "of the same user"),
            (other, hash, "of another user"),
            (other, hash_of_another_program, "of another program"),
        ):
            got = error is None and attempt(session, program) is None
            expect(not got, f"{what} gave it to a session {whose} as well")
        expect_refusal(error, psycopg.errors.LockNotAvailable, what)


@task("3.7")
def test_the_lock_ends_with_the_transaction(exercise: Any, shop: Shop) -> None:
    """A lock that outlives its transaction would stop every rotation after a crash."""
    for end in ("commit", "rollback", "close"):
        with (
            shop.connect(shop.login, autocommit=False) as first,
            shop.connect(shop.login, autocommit=False) as second,
        ):
            hurry(second, milliseconds=300)
            exercise.take_lock(first, shop.arn)
            getattr(first, end)()

            error = error_of(exercise.take_lock, second, shop.arn)

            expect(error is None, f"after {end}() another session could not get the lock")


@task("3.7")
def test_the_lock_is_kept_beyond_the_commit(exercise: Any, shop: Shop, wire: Wire) -> None:
    """A lock that is let go before the commit lets others decide by what is old a moment later."""
    with_verifier(exercise, shop)
    with_lock(exercise, shop)
    token = shop.begin()
    shop.pend(token)
    taken = held = False
    with shop.connect(shop.login, autocommit=False) as rival:
        hurry(rival)

        def look(data: bytes) -> bool:
            nonlocal taken, held
            if shop.exists(shop.clone):
                return False
            taken = taken or shop.locks() > 0
            # The last commit before the other user is there is the one that makes it.
            if COMMIT.search(data):
                held = error_of(exercise.take_lock, rival, shop.arn) is not None
                rival.rollback()
            return False

        wire.cuts = look
        exercise.set_secret(shop.client, shop.arn, token)

    late = "set_secret() committed without holding the lock"
    expect_locked(exercise, shop, taken, late)
    early = "set_secret() let the lock go before it had committed"
    expect_locked(exercise, shop, held, early)


def expect_turned_away(
    exercise: Any, shop: Shop, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Fail where a step that does not get the lock raises no error, or stays connected."""
    with_lock(exercise, shop)
    token = ready_to_finish(shop)
    with shop.connect(shop.value(), autocommit=False) as rival:
        exercise.take_lock(rival, shop.arn)
        with connections(monkeypatch, Hurried) as left:
            error = error_of(getattr(exercise, name), shop.client, shop.arn, token)

    what = f"{name}(), while another session held the lock,"
    expect_locked(exercise, shop, error is not None, f"{what} raised no error")
    expect(not left, f"{what} left a connection open")


@task("3.7")
def test_a_set_that_does_not_get_the_lock_goes_away(
    exercise: Any, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever holds the lock is at work: set_secret raises an error, and disconnects."""
    expect_turned_away(exercise, shop, monkeypatch, "set_secret")


@task("3.7")
def test_a_finish_that_does_not_get_the_lock_goes_away(
    exercise: Any, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever holds the lock is at work: finish_secret raises an error, and disconnects."""
    expect_turned_away(exercise, shop, monkeypatch, "finish_secret")


@task("3.7")
def test_who_has_waited_for_the_lock_asks_again(exercise: Any, shop: Shop) -> None:
    """What was right before a call waited for the lock may be wrong by the time it has it."""
    with_lock(exercise, shop)
    turns: tuple[tuple[str, dict[str, Any], str], ...] = (
        ("set_secret", {}, "set_secret()"),
        ("set_secret", shop.elsewhere, "set_secret(), with a master of another database,"),
        ("finish_secret", {}, "finish_secret()"),
    )
    for name, changes, what in turns:
        shop.change_master(**changes)
        token, step = ready_to_finish(shop), getattr(exercise, name)
        user = shop.value(AWSPENDING)["username"]
        with shop.connect(shop.value(), autocommit=False) as rival:
            exercise.take_lock(rival, shop.arn)
            call = Call(shop, partial(step, shop.client, shop.arn, token))
            call.wait_until_it_waits()
            if call.error:
                raise call.error  # It did not come as far as the lock, and is told with its place.
            expect_locked(exercise, shop, call.runs, f"{what} did not wait for the lock")
            shop.cancel(token)
            promoted = {"username": user, "password": shop.canary()}
            free = error_of(shop.change_password, **promoted) is None
            expect(free, f"{what} was changing the database before it had the lock")
            if name == "set_secret":
                shop.edit(**promoted)
        call.end()

        expect_open(exercise, shop, f"after {what} had waited while another rotation was at work")


@task("3.7")
def test_who_has_lost_awspending_while_waiting_stops(exercise: Any, shop: Shop) -> None:
    """An operator may cancel a rotation that waits for the lock, and begin another one."""
    with_lock(exercise, shop)
    for step, begun_anew in (
        (exercise.set_secret, True),
        (exercise.finish_secret, True),
        (exercise.finish_secret, False),
    ):
        token = ready_to_finish(shop)
        pending = shop.value(AWSPENDING)
        with shop.connect(shop.value(), autocommit=False) as rival:
            exercise.take_lock(rival, shop.arn)
            call = Call(shop, partial(step, shop.client, shop.arn, token))
            call.wait_until_it_waits()
            shop.cancel(token)
            if begun_anew:
                pending = shop.pend(shop.begin())
                shop.set_up(pending)
        call.end()

        changed = "a cancelled set_secret() changed the next one's password"
        expect_locked(exercise, shop, shop.accepts(pending), changed)
        then = "and another one was begun" if begun_anew else "and no other was begun"
        promoted = f"finish_secret() promoted a version that was cancelled, {then}"
        expect_locked(exercise, shop, shop.holder() != token, promoted)
        start_over(shop)


@task("3.7")
def test_what_changes_while_the_database_is_at_work_undoes_the_set(
    exercise: Any, shop: Shop, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last act before the commit is to ask AWS: an operator may have changed it meanwhile."""
    with_verifier(exercise, shop)
    with_lock(exercise, shop)
    before = shop.others()
    for act, happened in (
        (lambda _: shop.edit(), f"changed {AWSCURRENT}"),
        (shop.cancel, "cancelled it"),
    ):
        token = shop.begin()
        shop.pend(token)

        def disturb(data: bytes) -> bool:
            if VERIFIER in data:  # The statement that changes the password.
                wire.mend()
                act(token)  # noqa: B023 - Called below.
            return False

        wire.cuts = disturb
        with connections(monkeypatch) as left:
            error = error_of(exercise.set_secret, shop.client, shop.arn, token)

        what = f"set_secret(), while an operator {happened},"
        expect_refusal(error, exercise.RotationError, what)
        expect(not left, f"{what} left a connection open")
        expect_untouched(shop, before, what)


@task("3.7")
def test_a_set_that_was_overtaken_harms_nobody(exercise: Any, shop: Shop) -> None:
    """A late set_secret must not change the password that another rotation has just promoted."""
    with_lock(exercise, shop)
    rival = Rival(exercise, shop)
    for number in range(1, MOST):
        token = shop.begin()
        shop.pend(token)

        with disturbed(shop.client, "after", number, partial(rival.overtake, token)):
            error_of(exercise.set_secret, shop.client, shop.arn, token)

        overtaken = rival.finish()
        expect_open(exercise, shop, "after set_secret() was overtaken by another rotation")
        start_over(shop)
        if not overtaken:
            break


@task("3.7")
def test_a_finish_that_was_overtaken_harms_nobody(exercise: Any, shop: Shop) -> None:
    """A late finish_secret must not promote a password that another rotation has just replaced."""
    with_lock(exercise, shop)
    rival = Rival(exercise, shop, promotes=False)
    for number in range(1, MOST):
        token = ready_to_finish(shop)

        with disturbed(shop.client, "before", number, partial(rival.overtake, token)):
            error_of(exercise.finish_secret, shop.client, shop.arn, token)

        overtaken = rival.finish()
        expect_open(exercise, shop, "after finish_secret() was overtaken by another rotation")
        start_over(shop)
        if not overtaken:
            break


def expect_end(exercise: Any, shop: Shop, token: str, when: str) -> None:
    """Fail where a rotation does not come to its end, at which the application can log in."""
    error = error_of(rotate, exercise, shop, token)
    expect(error is None, f"{when}, the rotation raised {told(error)}")
    ended = shop.holder() == token and shop.is_open()
    expect(ended, f"{when}, the rotation raised no error, and its login is not {AWSCURRENT}")


def crashes(shop: Shop, *kinds: str) -> Iterator[tuple[str, ExitStack]]:
    """Yield each crash in turn: its name, and the block in which it is to happen."""
    for kind in kinds:
        when, what = kind.split()
        with ExitStack() as stack:
            if what == "COMMIT":
                wire = shop.stack.enter_context(wired(shop))
                wire.cut_on_commit(late=when == "after")
                stack.callback(wire.mend)
            else:
                hear = {f"{when}-call.secretsmanager.{what}": once(KilledError)}
                stack.enter_context(listening(hear, default_session().events))
            yield f"a crash {when} {what}", stack


def once(error: type[BaseException]) -> Callable[..., None]:
    """Return a handler of events that raises the first time."""
    raised: list[bool] = []

    def hear(**_: Any) -> None:
        if not raised:
            raised.append(True)
            raise error

    return hear


@task("3.7")
def test_after_a_crash_the_same_rotation_comes_to_its_end(exercise: Any, shop: Shop) -> None:
    """AWS calls again with the same token: all that was done counts, and the rest is done."""
    with_verifier(exercise, shop)
    with_lock(exercise, shop)
    move = "UpdateSecretVersionStage"
    kinds = ("after PutSecretValue", f"before {move}", f"after {move}", "after COMMIT")
    for what, block in crashes(shop, *kinds):
        token = shop.begin()
        with block, suppress(KilledError, psycopg.Error):
            rotate(exercise, shop, token)
        expect_open(exercise, shop, f"after {what}")

        expect_end(exercise, shop, token, f"after {what}, and called again")


@task("3.7")
def test_after_a_crash_a_new_rotation_comes_to_its_end(exercise: Any, shop: Shop) -> None:
    """An operator cancels what hangs and starts anew: the other user gets another password."""
    with_lock(exercise, shop)
    for what, block in crashes(shop, "before UpdateSecretVersionStage"):
        with block, suppress(KilledError, psycopg.Error):
            rotate(exercise, shop, shop.begin())
        start_over(shop)

        expect_end(exercise, shop, shop.begin(), f"after {what}, and begun anew")


@task("3.7")
def test_twins_come_to_one_end(exercise: Any, shop: Shop) -> None:
    """Lambda may run the same step twice at once: one of the two is enough, and neither harms."""
    with_lock(exercise, shop)
    token = shop.begin()
    for step in STEPS:
        call = partial(exercise.handler, event(shop, token, step), None)
        with shop.connect(shop.login, autocommit=False) as rival:
            exercise.take_lock(rival, shop.arn)
            twins = [Call(shop, call), Call(shop, call)]
            for twin in twins:
                twin.wait_until_it_waits(WAIT_SECONDS / 2, waiting=2)
        for twin in twins:
            twin.end()

    ended = shop.holder() == token and shop.is_open()
    lost = "every step was called twice at once, and no login that works is AWSCURRENT"
    expect_locked(exercise, shop, ended, lost)
