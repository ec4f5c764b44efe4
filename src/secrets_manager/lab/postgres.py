"""The database whose password a lesson rotates: embedded, or the one that `LAB_PG_URL` names.

The embedded one is made for the block that uses it and leaves nothing behind. It takes
connections from this machine only and has no TLS.
"""

from __future__ import annotations

import os
import re
import secrets
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from secrets_manager.lab.embedded import EXAMPLE_URL, begun, given_url, told_by
from secrets_manager.lab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from secrets_manager.lab.embedded import Keeper

CONNECT_SECONDS = 5
END_SESSIONS_SECONDS = 5
# What only libpq's environment, service file and password file could else change.
EMBEDDED_PARAMETERS = {
    "sslmode": "disable",
    "gssencmode": "disable",
    "passfile": f"{os.devnull}/none",
}
# A failed connect has no SQLSTATE in psycopg, the server's English text is all there is.
REFUSALS = (
    "password authentication failed",  # 28P01, also for a role that does not exist.
    "is not permitted to log in",  # 28000, and the password was right.
    "no password supplied",  # libpq does not send an empty one.
)

SESSIONS_END = "SELECT pg_terminate_backend(pid, %s) FROM pg_stat_activity WHERE usename = %s"
# Who creates a role becomes its member, and may pass that on. Creators come last.
MARKED = """
    SELECT r.rolname FROM pg_roles r WHERE strpos(r.rolname, %(mark)s) > 0 OR r.oid >= 16384
        AND NOT r.rolsuper AND r.rolname <> CURRENT_USER AND r.oid IN (
            SELECT m.roleid FROM pg_auth_members m JOIN pg_roles o ON o.oid = m.member
            WHERE m.admin_option AND strpos(o.rolname, %(mark)s) > 0)
    ORDER BY r.rolcreaterole
"""


@dataclass(frozen=True)
class Login:
    """A role that may log in, and its password."""

    user: str
    password: str = field(repr=False)


@dataclass(frozen=True)
class Postgres:
    """A server that checks passwords, and the credential that may change its roles."""

    host: str
    port: int
    dbname: str
    user: str
    password: str = field(repr=False)
    parameters: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def connect(
        self, user: str | None = None, password: str | None = None, *, autocommit: bool = False
    ) -> psycopg.Connection:
        """Connect as *user* with *password*, else as the administrator.

        Raises:
            psycopg.OperationalError: The login was refused (see `login_refused`), or not answered.
        """
        login = (self.user, self.password) if user is None else (user, password)
        parameters: dict[str, Any] = {"connect_timeout": CONNECT_SECONDS, **self.parameters}
        return psycopg.connect(
            **parameters,
            host=self.host,
            port=self.port,
            dbname=self.dbname,
            user=login[0],
            password=login[1],
            autocommit=autocommit,
        )

    @contextmanager
    def role(self, name_prefix: str = "app") -> Iterator[Login]:
        """Yield a new role of a unique name; in the end drop it, its sessions and what it owns.

        Raises:
            psycopg.errors.InsufficientPrivilege: The administrator may not create roles.
        """
        login = Login(f"{name_prefix}_{secrets.token_hex(4)}", secrets.token_urlsafe(24))
        with self.connect() as connection:
            name = sql.Identifier(login.user)
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(name))
            change_password(connection, login.user, login.password)
        try:
            yield login
        finally:
            self.drop_role(login.user)

    def expect_schemas(self) -> None:
        """Make sure that the administrator may create schemas, which lessons do without.

        Raises:
            LabError: It may not.
        """
        allowed = "SELECT has_database_privilege(current_database(), 'CREATE')"
        with self.connect() as connection:
            [(may,)] = connection.execute(allowed)
        if not may:
            message = (
                f"LAB_PG_URL logs in as {self.user}, who may not create schemas in {self.dbname}, "
                "as checks of an exercise do: take the owner of a database; "
                "or do without: env -u LAB_PG_URL make test"
            )
            raise LabError(message)

    def drop_role(self, user: str) -> None:
        """End the sessions of *user*, drop what it owns in this database, and drop it."""
        with self.connect(autocommit=True) as connection:
            _drop_roles(connection, [user])

    def drop_marked(self, mark: str) -> None:
        """Drop, like `drop_role`, the roles whose names hold *mark*, and what these have created.

        Raises:
            LabError: The server does not let them be dropped.
        """
        try:
            with self.connect(autocommit=True) as connection:
                marked = connection.execute(MARKED, {"mark": mark}).fetchall()
                _drop_roles(connection, [name for (name,) in marked])
        except psycopg.Error as error:
            message = (
                f"The roles with {mark} in their names could not be dropped "
                f"({error.sqlstate or type(error).__name__}): drop them by hand"
            )
            raise LabError(message) from error


def _drop_roles(connection: psycopg.Connection, users: Sequence[str]) -> None:
    names = [sql.Identifier(user) for user in users]
    # Who created a role without being a superuser must join it to do the rest; but whoever
    # has created roles is a member of them, so that these join us last.
    for name in reversed(names):
        connection.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(name))
    for user in users:
        connection.execute(SESSIONS_END, (END_SESSIONS_SECONDS * 1000, user))
    for name in names:
        connection.execute(sql.SQL("DROP OWNED BY {}").format(name))
    for name in names:
        connection.execute(sql.SQL("DROP ROLE {}").format(name))


def change_password(connection: psycopg.Connection, user: str, password: str) -> None:
    """Give *user* a new password, in the caller's transaction.

    The server is sent a SCRAM verifier, so that the password reaches neither its log nor
    its statistics: https://www.postgresql.org/docs/current/sql-alterrole.html
    """
    verifier = connection.pgconn.encrypt_password(
        password.encode(), user.encode(), b"scram-sha-256"
    )
    # DDL takes no parameters of the protocol, so the statement is composed here.
    connection.execute(
        sql.SQL("ALTER ROLE {} PASSWORD {}").format(
            sql.Identifier(user), sql.Literal(verifier.decode())
        )
    )


def login_refused(error: psycopg.OperationalError) -> bool:
    """Return whether the server refused the credential, told from one that cannot be reached.

    It knows the refusal by its English text, which the embedded server is set to. A server of
    `LAB_PG_URL` is asked beforehand: its messages before a login cannot be set by a client.
    """
    return any(refusal in str(error) for refusal in REFUSALS)


@contextmanager
def postgres(keeper: Keeper | None = None) -> Iterator[Postgres]:
    """Yield LAB_PG_URL's server when that is set, else an embedded one.

    That is the one which *keeper* has begun (see `begun`), or else one that ends with this block.
    While it is there, this process has no PG… environment variables.

    Raises:
        LabError: The server cannot be started, reached or used.
    """
    if _shared:
        yield _shared[-1]
    elif keeper:
        yield _embedded(keeper)
    else:
        with begun() as own:
            yield _embedded(own) if own else _given(given_url())


@contextmanager
def shared_postgres(keeper: Keeper | None = None) -> Iterator[Postgres]:
    """Yield what every `postgres()` inside this block, and in forks of it, yields too.

    Raises:
        LabError: The server cannot be started, reached or used.
    """
    with postgres(keeper) as server:
        _shared.append(server)
        try:
            yield server
        finally:
            _shared.remove(server)


_shared: list[Postgres] = []


def _embedded(keeper: Keeper) -> Postgres:
    server = told_by(keeper)
    login = "postgres", server.password
    return Postgres("127.0.0.1", server.port, "postgres", *login, EMBEDDED_PARAMETERS)


def _given(url: str) -> Postgres:
    """Return the server that *url* names, after a try of all that a lesson needs of it.

    What is raised is raised outside of `except`: libpq's own errors may quote the URL.
    """
    server, problem = None, _url_problem(url)
    if problem is None:
        try:
            server = _resolved(url)
            problem = _lesson_problem(server)
        except psycopg.errors.InsufficientPrivilege:
            problem = "logs in as a role that may not create roles"
        except psycopg.Error as error:
            problem = _connect_problem(error, url)
    if server is None or problem is not None:
        message = (
            f"LAB_PG_URL {problem}. Mend it, as in: {EXAMPLE_URL}; "
            "or do without: env -u LAB_PG_URL make example-3"
        )
        raise LabError(message)
    return server


def _url_problem(url: str) -> str | None:
    """Return what is wrong with the text of *url*, without a part of it."""
    try:
        parts = conninfo_to_dict(url)
    except psycopg.Error:
        parts = {"host": "@"}
    # A password with a bare @ or / ends up as the host or the database, and would be shown.
    if any("@" in str(parts.get(name, "")) for name in ("host", "port", "dbname")):
        return "is malformed (special characters of a password must be percent-encoded: %40 for @)"
    return None


def _resolved(url: str) -> Postgres:
    """Return the server that *url* leads to, with what it leaves to libpq's defaults."""
    own = {"host", "port", "dbname", "user"}
    with psycopg.connect(url, connect_timeout=CONNECT_SECONDS) as connection:
        info = connection.info
        rest = {name: value for name, value in info.get_parameters().items() if name not in own}
        return Postgres(info.host, info.port, info.dbname, info.user, info.password, rest)


def _lesson_problem(server: Postgres) -> str | None:
    """Return what hinders a lesson on *server*; try it out on a role of its own."""
    with server.role("probe") as probe:
        with server.connect(probe.user, probe.password):
            pass
        try:
            server.connect(probe.user, secrets.token_urlsafe(24)).close()
        except psycopg.OperationalError as error:
            refused = login_refused(error)
        else:
            return "names a server that accepts wrong passwords (trust in its pg_hba.conf)"
    return None if refused else "names a server whose messages are not English (lc_messages = 'C')"


def _connect_problem(error: psycopg.Error, url: str) -> str:
    """Return why *error* happened at *url*, in words that hold no secret."""
    parts = conninfo_to_dict(url)
    where = f"{parts.get('host') or 'localhost'}:{parts.get('port') or 5432}"
    if isinstance(error, psycopg.OperationalError) and login_refused(error):
        return f"holds a user or password that the server at {where} refuses"
    said = re.search(r"(?:FATAL|ERROR): +(.*)", str(error))
    if said is None and error.sqlstate is None:
        return f"names a server that does not answer at {where}"
    words = said[1] if said else str(error).partition("\n")[0]
    hidden = words.replace(str(parts.get("password") or "\0"), "…")
    return f"leads to the server at {where}, which says: {hidden}"
