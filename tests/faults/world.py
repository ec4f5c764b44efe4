"""A shop whose password is rotated: what a rotation works on, and what must be so afterwards."""

from __future__ import annotations

import itertools
import json
import os
import signal
import time
import traceback
import uuid
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import psycopg
from botocore.exceptions import BotoCoreError, ClientError
from psycopg import sql
from psycopg.pq import TransactionStatus

from secrets_manager import AWSCURRENT
from secrets_manager.lab.postgres import change_password
from secrets_manager.lab.rotation import AWSPENDING, STEPS, staged

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import ModuleType

    from mypy_boto3_secretsmanager import SecretsManagerClient
    from tests.faults.effects import Seam

    from secrets_manager.lab.postgres import Postgres

DEADLINE_SECONDS = 5.0
FIRST, BACK = "first", "back"  # The clone is to be created; or it works, and gives its place back.

LONGEST = 57  # Bytes of a name that leaves room for its partner's, of 63 at most.
NUMBERS = itertools.count()  # No name comes twice in a cluster.

# What a server writes down when it is told to write down everything.
TALKATIVE = {
    "log_statement": "all",
    "log_connections": "on",
    "log_error_verbosity": "verbose",
    "log_min_error_statement": "info",
    "log_min_messages": "info",
    "log_parameter_max_length": "-1",
    "log_parameter_max_length_on_error": "-1",
    "track_activity_query_size": "16384",
    "scram_iterations": "1",  # Quick logins: it is not the hash that is tested.
}
ROLES = """
    SELECT rolname, rolsuper, rolcreaterole, rolcreatedb, rolcanlogin, rolconnlimit, rolpassword,
        rolvaliduntil::text,
        (SELECT array_agg(s.setconfig::text) FROM pg_db_role_setting s WHERE s.setrole = r.oid),
        (SELECT array_agg(o.rolname ORDER BY o.rolname) FROM pg_auth_members m
            JOIN pg_roles o ON o.oid = m.roleid WHERE m.member = r.oid AND o.rolname <> %(but)s)
    FROM pg_authid r WHERE rolname <> %(but)s ORDER BY rolname
"""


class BrokenError(Exception):
    """A rotation has done what it must not; the text says what, and holds no secret value."""


def must(holds: object, otherwise: str) -> None:
    """Raise a BrokenError with these words unless something *holds*."""
    if not holds:
        raise BrokenError(otherwise)


@contextmanager
def versions_that_stay() -> Iterator[None]:
    """Let moto refuse a second value for a version, as AWS does, also for one that is AWSPENDING.

    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html
    """
    from moto.secretsmanager.exceptions import ResourceExistsException
    from moto.secretsmanager.models import SecretsManagerBackend

    original = SecretsManagerBackend.put_secret_value

    def put(self: Any, secret_id: str, secret_string: str, *args: Any, **rest: Any) -> Any:
        token = rest.get("client_request_token") or (args[1] if len(args) > 1 else None)
        version = self.secrets[secret_id].versions.get(token, {})
        if version.get("secret_string", secret_string) != secret_string:
            message = "the token is in use for a version with another value"
            raise ResourceExistsException(message)
        return original(self, secret_id, secret_string, *args, **rest)

    with patch.object(SecretsManagerBackend, "put_secret_value", put):
        yield


@dataclass
class Cluster:
    """A PostgreSQL that writes down everything, and that can be killed and comes back."""

    server: Postgres
    admin: psycopg.Connection = field(init=False)

    def __post_init__(self) -> None:
        self.admin = self.server.connect(autocommit=True)
        for name, value in TALKATIVE.items():
            setting = sql.SQL("ALTER SYSTEM SET {} = {}")
            self.admin.execute(setting.format(sql.Identifier(name), sql.Literal(value)))
        self.admin.execute("SELECT pg_reload_conf()")
        [(folder,)] = self.admin.execute("SHOW data_directory")
        self.log_file = Path(folder).parent / "log"
        self.restart()

    def restart(self) -> None:
        """Kill a server process: PostgreSQL ends every session, and recovers from its journal."""
        # The postmaster ends the witness once it knows, and then lets nobody in until it is back.
        with closing(self.server.connect(autocommit=True)) as witness:
            os.kill(self.admin.info.backend_pid, signal.SIGKILL)
            with suppress(psycopg.OperationalError):
                witness.execute("SELECT pg_sleep(%s)", [DEADLINE_SECONDS])
        self.admin.close()
        deadline = time.monotonic() + DEADLINE_SECONDS
        while True:
            try:
                self.admin = self.server.connect(autocommit=True)
            except psycopg.OperationalError:
                must(time.monotonic() < deadline, "the database did not come back")
            else:
                return

    def renew(self) -> None:
        """Log in anew where a test that was cut short has left the session in the middle."""
        if self.admin.info.transaction_status != TransactionStatus.IDLE:
            self.admin.close()
            self.admin = self.server.connect(autocommit=True)

    def log(self, offset: int = 0) -> str:
        """Return what the server has written down since *offset*."""
        with self.log_file.open("rb") as file:
            file.seek(offset)
            return file.read().decode(errors="replace")


@dataclass
class World:
    """A secret, its two users (or one), their master, a stranger beside; and a handler."""

    client: SecretsManagerClient
    cluster: Cluster
    subject: ModuleType
    single: bool = False
    strict: bool = (
        True  # Whether errors may show no password in locals, and connections are closed.
    )
    name: str = "shop"
    arn: str = ""
    user: str = ""
    master: str = ""  # The ARN of the master's secret.
    passwords: set[str] = field(default_factory=set, repr=False)
    _roles: list[str] = field(default_factory=list, repr=False)
    log_offset: int = 0

    @property
    def admin(self) -> psycopg.Connection:
        """The administrator's session."""
        return self.cluster.admin

    @property
    def clone(self) -> str:
        """The user that takes turns with the first."""
        return f"{self.user}_clone"

    # Making it

    @contextmanager
    def fresh(self, turn: str = FIRST, name: str = "shop") -> Iterator[World]:
        """Make a shop for this block: a secret, and roles."""
        self._roles, self.passwords = [], set()
        self.log_offset = self.cluster.log_file.stat().st_size
        number = next(NUMBERS)
        self.user = f"{name[: LONGEST - len(str(number))]}{number}"
        where = {"engine": "postgres", "host": self.cluster.server.host}
        where |= {"port": str(self.cluster.server.port), "dbname": self.cluster.server.dbname}
        login = {**where, "username": self.user, "password": self.password(), "note": "kept"}
        try:
            with self.admin.transaction():
                self._make_roles(login, where, f"master{number}")
                if turn == BACK:
                    login |= {"username": self.clone, "password": self.password()}
                    self.add_role(self.clone, login["password"], owner=self.user)
            self.name = f"{self.user}-{uuid.uuid4().hex}"
            made = self.client.create_secret(Name=self.name, SecretString=json.dumps(login))
            self.arn = made["ARN"]
            yield self
        finally:
            self._remove()

    def _make_roles(self, login: dict[str, Any], where: dict[str, Any], name: str) -> None:
        master = {**where, "username": name, "password": self.password()}
        if not self.single:
            self.add_role(master["username"], master["password"], "LOGIN CREATEROLE")
            made = self.client.create_secret(
                Name=f"master-{uuid.uuid4().hex}", SecretString=json.dumps(master)
            )
            self.master = made["ARN"]
            login["masterarn"] = made["ARN"]
        self.add_role(self.user, login["password"])
        self.add_role(f"{self.user}_two", self.password())

    def add_role(
        self, name: str, password: str, options: str = "LOGIN", owner: str | None = None
    ) -> None:
        """Create a role that the master may alter, and that acts as *owner* where that is given."""
        create = sql.SQL("CREATE ROLE {} " + options)
        self.admin.execute(create.format(sql.Identifier(name)))
        change_password(self.admin, name, password)
        self._roles.append(name)
        if len(self._roles) > 1 and not self.single:
            self.sql("GRANT {} TO {} WITH ADMIN OPTION", name, self._roles[0])
        if owner:
            self.sql("GRANT {} TO {}", owner, name)
            self.sql("ALTER ROLE {} SET role TO {}", name, owner)

    def sql(self, statement: str, *names: str) -> None:
        """Run a statement as the administrator."""
        self.admin.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def password(self) -> str:
        """Return a new password, which nobody may see."""
        password = uuid.uuid4().hex
        self.passwords.add(password)
        return password

    def _remove(self) -> None:
        end = "SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity WHERE usename = ANY(%s)"
        known = "SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)"
        names = [self.clone, *reversed(self._roles)]
        names = [name for (name,) in self.admin.execute(known, [names])]
        self.admin.execute(end, [names])
        for name in names:
            self.sql("DROP OWNED BY {} CASCADE", name)
        for name in names:
            self.sql("DROP ROLE {}", name)

    # Rotating

    def begin(self) -> str:
        """Begin a rotation with a new token; whatever was AWSPENDING is dropped before."""
        self.drop_pending()
        token = str(uuid.uuid4())
        with staged(self.client, self.arn, token):
            return token

    def drop_pending(self) -> None:
        """Take AWSPENDING away, as an operator does, and AWS itself after a success."""
        for version, labels in [*self.labels().items()]:
            if AWSPENDING in labels:
                self.client.update_secret_version_stage(
                    SecretId=self.arn, VersionStage=AWSPENDING, RemoveFromVersionId=version
                )

    def call(self, token: str, *steps: str, seam: Seam | None = None) -> Exception | None:
        """Call the handler for these steps until one fails, and return its error."""
        try:
            for step in steps:
                if seam:
                    seam.step = step
                self.subject.handler(
                    {"SecretId": self.arn, "ClientRequestToken": token, "Step": step}, None
                )
        except Exception as error:
            return error
        finally:
            self.note_passwords()
        return None

    def rotate(self, token: str = "", seam: Seam | None = None) -> Exception | None:
        """Call all four steps, of a new rotation where there is no token."""
        return self.call(token or self.begin(), *STEPS, seam=seam)

    def pend(self, token: str, **changes: Any) -> dict[str, Any]:
        """Store what createSecret makes, or what is told of it, and return that."""
        self.call(token, "createSecret")
        if not changes:
            return self.value(AWSPENDING)
        made = {**self.value(AWSPENDING), **changes}
        self.store(token, json.dumps({key: item for key, item in made.items() if item is not None}))
        return made

    def store(self, token: str, value: str) -> None:
        """Store any text in a version, also over a value that is there: by moto's back door."""
        self.versions()[token]["secret_string"] = value

    def remove_label(self, label: str) -> None:
        """Take a label away from whichever version has it, as no call of the API does."""
        for version in self.versions().values():
            version["version_stages"] = [
                each for each in version["version_stages"] if each != label
            ]

    def enable(self, *, rotation: bool) -> None:
        """Turn rotation on or off."""
        self._kept().rotation_enabled = rotation

    def give(self, username: str, password: str) -> None:
        """Give a role another password, behind the back of the secret."""
        change_password(self.admin, username, password)

    def edit(self, **changes: Any) -> str:
        """Change AWSCURRENT as an operator does, and return the new version's id."""
        value = json.dumps({**self.value(), **changes})
        return self.client.put_secret_value(SecretId=self.arn, SecretString=value)["VersionId"]

    def roll_back(self) -> None:
        """Move AWSCURRENT back to AWSPREVIOUS, as an operator does."""
        self.client.update_secret_version_stage(
            SecretId=self.arn,
            VersionStage=AWSCURRENT,
            MoveToVersionId=self.holder("AWSPREVIOUS") or "",
            RemoveFromVersionId=self.holder() or "",
        )

    # Looking at it

    def _kept(self) -> Any:
        """Return what moto keeps of the secret: quicker than to ask, and it hides nothing."""
        from moto.secretsmanager.models import secretsmanager_backends

        _, _, _, region, account, *_ = self.arn.split(":")
        return secretsmanager_backends[account][region].secrets[self.arn]

    def versions(self) -> dict[str, dict[str, Any]]:
        """Return the secret's versions, by id."""
        versions: dict[str, dict[str, Any]] = self._kept().versions
        return versions

    def labels(self) -> dict[str, list[str]]:
        """Return the labels of each version."""
        return {token: version["version_stages"] for token, version in self.versions().items()}

    def holder(self, label: str = AWSCURRENT) -> str | None:
        """Return the version with this label."""
        return next((version for version, has in self.labels().items() if label in has), None)

    def value(self, stage: str = AWSCURRENT) -> dict[str, Any]:
        """Return the JSON object with this label."""
        version = self.versions()[self.holder(stage) or ""]
        value: dict[str, Any] = json.loads(version["secret_string"])
        return value

    def connect(self, login: dict[str, Any]) -> psycopg.Connection:
        """Log in at the server itself."""
        return self.cluster.server.connect(login["username"], login["password"])

    def accepts(self, login: dict[str, Any]) -> bool:
        """Return whether the database takes a login, at the server itself."""
        try:
            self.connect(login).close()
        except psycopg.OperationalError:
            return False
        return True

    def is_open(self) -> bool:
        """Return whether the application can log in with what AWSCURRENT says."""
        return self.accepts(self.value())

    def others(self, but: str) -> list[Any]:
        """Return all that is to be known of every role but one."""
        return self.admin.execute(ROLES, {"but": but}).fetchall()

    def strangers(self) -> list[Any]:
        """Return all that is to be known of every role but the two users."""
        return [role for role in self.others(self.clone) if role[0] != self.user]

    def exists(self, name: str) -> bool:
        """Return whether there is a role of this name."""
        return any(role[0] == name for role in self.others(""))

    def master_user(self) -> str:
        """Return the name of the master."""
        return self._roles[0]

    def other(self) -> str:
        """Return the user whose password the next rotation changes."""
        user: str = self.value()["username"]
        return (
            user
            if self.single
            else user.removesuffix("_clone")
            if user != self.user
            else self.clone
        )

    def note_passwords(self) -> None:
        """Remember every password that the secret has held, by whatever version."""
        for version in self.versions().values():
            with suppress(ValueError, TypeError, KeyError, RecursionError):
                self.passwords.add(json.loads(version["secret_string"])["password"])

    def shows_a_password(self, text: str) -> bool:
        """Return whether a password is in a text, as it is or as `repr` and JSON write it."""
        return any(
            form in text
            for password in self.passwords
            for form in (password, repr(password)[1:-1], json.dumps(password)[1:-1])
        )

    def sessions(self) -> int:
        """Return how many sessions the shop's roles have, waiting until those that end are gone."""
        count = "SELECT count(*) FROM pg_stat_activity WHERE usename = ANY(%s)"
        deadline = time.monotonic() + DEADLINE_SECONDS
        while True:
            [(number,)] = self.admin.execute(count, [[*self._roles, self.clone]])
            if not number or time.monotonic() > deadline:
                return int(number)

    def waits(self) -> bool:
        """Return whether a session of the shop's roles waits for a lock."""
        waiting = (
            "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND usename = ANY(%s)"
        )
        return self.admin.execute(waiting, [[*self._roles, self.clone]]).fetchone() is not None

    def is_locked(self) -> bool:
        """Return whether a session holds an advisory lock."""
        held = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted"
        return self.admin.execute(held).fetchone() is not None

    # Judging it

    def expect_open(self, when: str) -> None:
        """Fail where the application cannot log in with what AWSCURRENT says.

        One user alone has a moment between setSecret and finishSecret in which it cannot, whoever
        wrote the handler: what counts there is that a retry comes to its end.
        """
        must(self.single or self.is_open(), f"{when}: AWSCURRENT logs nobody in")

    def expect_plain(self, error: Exception | None, when: str) -> None:
        """Fail where an error has no type that a caller can tell, or shows a password."""
        if error is None:
            return
        kinds = (ClientError, BotoCoreError, psycopg.Error, *own_errors(self.subject))
        must(isinstance(error, kinds), f"{when}: {type(error).__name__} says nothing plainly")
        told = traceback.TracebackException.from_exception(error, capture_locals=self.strict)
        must(
            not self.shows_a_password("".join(told.format())), f"{when}: the error holds a password"
        )

    def expect_silence(self, when: str) -> None:
        """Fail where the server's log holds a password."""
        log = self.cluster.log(self.log_offset)
        must(not self.shows_a_password(log), f"{when}: a password is in the server's log")
        must(log, "the server's log is empty, and proves nothing")

    def expect_success(self, error: Exception | None, token: str, when: str) -> None:
        """Fail where a rotation has not come to its end."""
        must(error is None, f"{when}: {type(error).__name__}: {error}")
        must(self.holder() == token, f"{when}: AWSCURRENT is not the version of this rotation")
        must(self.is_open(), f"{when}: AWSCURRENT logs nobody in")


def make_world(client: SecretsManagerClient, cluster: Cluster, subject: ModuleType) -> World:
    """Return a world for a handler whose calls share a client, as in one Lambda function."""
    vars(subject)["get_secrets_client"] = lambda: client
    return World(client, cluster, subject)


def own_errors(subject: ModuleType) -> Sequence[type[Exception]]:
    """Return the errors that a handler's module defines, and those of example 3."""
    own = [value for value in vars(subject).values() if isinstance(value, type)]
    return [kind for kind in own if issubclass(kind, Exception)] + [ValueError, LookupError]
