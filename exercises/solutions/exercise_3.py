"""Exercise 3: a rotation handler for two users that take turns.

The web shop rotated the one password it had, and each time a few logins failed in the moment
between the database and the secret. Now there are two users, `shop` and `shop_clone`: while one
works, the other gets a new password, and then they change places. AWS Lambda calls your handler
four times for it. It may call twice, too early, or again after a crash in the middle of a step;
operators cancel, start anew and edit secrets while it runs; and it holds the password of a master
who can change every user. After any one of these the shop must be able to log in with what
AWSCURRENT says, or be told plainly why not, and nobody but the other user may have been changed.

Each task has checks of its own, most of them on a real PostgreSQL:

3.1  handler, current_version: may this rotation go on, and which step is it
3.2  other_user, create_secret: a new password for the other user, drawn once
3.3  log_in, test_secret: tell a refused login from a database that is not there
3.4  prepare_user: a password that the server never sees, and the rights of the first user
3.5  pair, set_secret: what the master is lent for, and to whom
3.6  finish_secret: compare and swap
3.7  take_lock: two calls at once; then set_secret and finish_secret hold it

What stands here complete is yours to use: the errors, `read`, `connect` and `database_of`. A Lambda
function has boto3, the standard library and what you pack in: `secrets_manager` without its lab,
and psycopg.

    make test-3    judges it
    make hint-3    helps with the first task that is not done
"""

from __future__ import annotations

import json
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

import psycopg
from botocore.exceptions import BotoCoreError, ClientError
from psycopg import sql

from secrets_manager import AWSCURRENT, SecretDict, get_secrets_client

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_secretsmanager.type_defs import GetSecretValueResponseTypeDef

AWSPENDING = "AWSPENDING"
ROTATED_FROM = "rotatedfrom"  # A field of AWSPENDING: the id of the version it was made from.
CLONE = "_clone"

# https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS
MAX_NAME_BYTES = 63

# A failed login has no SQLSTATE in psycopg: the server's words, or libpq's own, are all there is.
REFUSALS = (
    "password authentication failed",  # Also for a user that does not exist.
    "is not permitted to log in",
    "no password supplied",  # libpq does not send an empty one.
)

LOGIN_SECONDS = 5
LOCK_SECONDS = 5


class RotationError(Exception):
    """This rotation cannot go on; the text says why, and holds no secret value."""


class NoValueError(RotationError):
    """There is no value: the version is not there, or only its label is, before createSecret."""


class LoginRefusedError(RotationError):
    """The database answered, and does not accept this user with this password."""


class DatabaseUnreachableError(RotationError):
    """The database did not answer, or takes nobody in: this says nothing about the password."""


class Login(SecretDict):
    """A database login as AWS keeps it in JSON; a field that it lacks is a RotationError.

    https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_secret_json_structure.html
    """

    def __missing__(self, field: str) -> NoReturn:
        message = f"the secret's value has no field {field}"
        raise RotationError(message)


@dataclass(frozen=True)
class Version:
    """One version of a secret: its id, and the login in it."""

    id: str
    login: Login


def read(
    client: SecretsManagerClient,
    secret_id: str,
    version_stage: str = AWSCURRENT,
    version_id: str | None = None,
) -> Version:
    """Return the version labelled *version_stage*, and only if it is *version_id* where given.

    Raises:
        NoValueError: There is no such version, or it has no value.
        RotationError: The label is not on *version_id*, or the value is not a JSON object.
        ClientError: AWS refused for any other reason.
    """
    which = {} if version_id is None else {"VersionId": version_id}
    try:
        version = _version(
            client.get_secret_value(SecretId=secret_id, VersionStage=version_stage, **which)
        )
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code == "ResourceNotFoundException":
            message = f"{secret_id}: there is no value that is labelled {version_stage}"
            raise NoValueError(message) from error
        if code == "InvalidRequestException" and version_id:
            message = f"{secret_id}: {version_stage} is not, or no longer, version {version_id}"
            raise RotationError(message) from error
        raise
    if version is None:
        message = f"{secret_id}: the value labelled {version_stage} is not a JSON object"
        raise RotationError(message)
    return version


def _version(response: GetSecretValueResponseTypeDef) -> Version | None:
    """Return what AWS answered, or None where that is no JSON object; no error holds the value."""
    try:
        return Version(response["VersionId"], Login(json.loads(response["SecretString"])))
    except (KeyError, TypeError, ValueError, RecursionError):
        return None


def database_of(login: Mapping[str, Any]) -> tuple[str, int, str]:
    """Return the host, the port and the database that a login is for."""
    return login["host"], int(login.get("port", 5432)), login.get("dbname", "postgres")


def connect(login: Mapping[str, Any]) -> psycopg.Connection:
    """Open a connection as this login; PGSSLMODE and PGSSLROOTCERT say how it is encrypted.

    Raises:
        psycopg.OperationalError: The login was refused, or not answered.
    """
    host, port, dbname = database_of(login)
    return psycopg.connect(
        host=host,
        port=port,
        dbname=dbname,
        user=login["username"],
        password=login["password"],
        connect_timeout=LOGIN_SECONDS,
        options=f"-c lock_timeout={LOCK_SECONDS}s",
    )


def handler(event: Mapping[str, str], context: object) -> None:
    """Carry out one step of a rotation, as AWS Lambda calls it.

    The event's `Step` is createSecret, setSecret, testSecret or finishSecret. Call the function
    that bears its name with a client from `get_secrets_client()`, the event's `SecretId` and its
    `ClientRequestToken`, which is the id of the version that is being made.
    Where that version is AWSCURRENT, an earlier call did it all: none of them is called again.

    https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html

    Raises:
        RotationError: There is no such step, even where the rotation is over; or
            `current_version` says that this may not go on.
    """
    steps = {
        "createSecret": create_secret,
        "setSecret": set_secret,
        "testSecret": test_secret,
        "finishSecret": finish_secret,
    }
    step = steps.get(event["Step"])
    if step is None:
        message = f"a rotation has no step {event['Step']!r}"
        raise RotationError(message)
    client, arn, token = get_secrets_client(), event["SecretId"], event["ClientRequestToken"]
    if current_version(client, arn, token) != token:
        step(client, arn, token)


def current_version(client: SecretsManagerClient, arn: str, token: str) -> str:
    """Return the id of the version labelled AWSCURRENT, where the rotation *token* may go on.

    It may where rotation is enabled for the secret, and the version *token* is labelled
    AWSPENDING or is AWSCURRENT itself. In the latter case the rotation is over, whether or not
    AWSPENDING is still there, and *token* is what is returned.

    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DescribeSecret.html

    Raises:
        RotationError: Rotation is not enabled, there is no such version, it is labelled neither,
            or no version is AWSCURRENT.
    """
    secret = client.describe_secret(SecretId=arn)
    versions = secret.get("VersionIdsToStages", {})
    holder = next((version for version, labels in versions.items() if AWSCURRENT in labels), None)
    problem = None
    if not secret.get("RotationEnabled"):
        problem = "rotation is not enabled"
    elif token not in versions:
        problem = f"there is no version {token}"
    elif holder is None:
        problem = f"no version is {AWSCURRENT}"
    elif token != holder and AWSPENDING not in versions[token]:
        problem = f"version {token} is not {AWSPENDING}"
    if holder is None or problem:
        message = f"{arn}: {problem}"
        raise RotationError(message)
    return holder


def other_user(username: str) -> str:
    """Return the user that takes turns with this one: `shop_clone` for `shop`, and back.

    Where a name has the ending more than once, one of them comes off.
    PostgreSQL cuts a longer name off after 63 bytes without an error: what is left could be the
    name of somebody else.

    Raises:
        RotationError: The other name would have no character, or more than 63 bytes in UTF-8.
    """
    other = username.removesuffix(CLONE) if username.endswith(CLONE) else username + CLONE
    if not 0 < len(other.encode()) <= MAX_NAME_BYTES:
        message = f"{username!r} cannot take turns with {other!r}: names have 1 to 63 bytes"
        raise RotationError(message)
    return other


def create_secret(client: SecretsManagerClient, arn: str, token: str) -> None:
    r"""Store a login of the other user as AWSPENDING, in the version *token*.

    It is AWSCURRENT's JSON with all its fields; `username` is the other user, `password` is new,
    and the field `rotatedfrom` (ROTATED_FROM) is the id of the version that all this was copied
    from: `set_secret` and `finish_secret` see by it whether AWSCURRENT has changed since.
    Nobody can predict the password: it is drawn by AWS (GetRandomPassword) or by `secrets`. It
    has 32 characters, and none of / @ " ' \ : or space, which URLs and shells stumble over.

    A value that an earlier call has stored in this version stays as it is; so does one that
    another call has stored a moment before this one: AWS answers ResourceExistsException then.

    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html

    Raises:
        RotationError: AWSCURRENT is not a login, or there is no other user's name; nothing is
            stored.
        ClientError: AWS refused for any other reason; the error does not hold the new password.
        BotoCoreError: AWS did not answer; nor does this error hold it.
    """
    with suppress(NoValueError):
        read(client, arn, AWSPENDING, token)
        return
    # One read: an id and a value from two calls could be those of two versions.
    current = read(client, arn)
    # A dict that does not print its values, also where a report of an error shows locals.
    drawn = SecretDict(client.get_random_password(PasswordLength=32, ExcludeCharacters="/@\"'\\: "))
    failure: Exception | None = None
    try:
        client.put_secret_value(
            SecretId=arn,
            ClientRequestToken=token,
            SecretString=json.dumps(_other_login(current, drawn["RandomPassword"])),
            VersionStages=[AWSPENDING],
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceExistsException":
            failure = error
    except BotoCoreError as error:
        failure = error
    if failure:
        # Raised here and bare: the frames of botocore, and of what it caught, hold the password.
        failure.__context__ = None
        raise failure.with_traceback(None)


def _other_login(current: Version, password: str) -> dict[str, Any]:
    other = other_user(current.login["username"])
    return {**current.login, "username": other, "password": password, ROTATED_FROM: current.id}


def log_in(login: Mapping[str, Any]) -> psycopg.Connection:
    """Return what `connect` returns, or say which of two things went wrong.

    REFUSALS are the words of a refused login. All else is no answer about the password: no
    server, a server that is starting, one that has no connection left.
    The error may have psycopg's words. It must not have psycopg's error, which holds the
    password: not as its cause or context, and not as an argument or an attribute.

    Raises:
        LoginRefusedError: The server does not accept this user with this password.
        DatabaseUnreachableError: There is no connection for any other reason.
    """
    try:
        return connect(login)
    except psycopg.OperationalError as error:
        words = str(error)
    # Raised here, because the frames of psycopg's error would hold the password.
    refused = any(refusal in words for refusal in REFUSALS)
    message = f"{login['username']} cannot log in: {words}"
    raise LoginRefusedError(message) if refused else DatabaseUnreachableError(message)


def test_secret(client: SecretsManagerClient, arn: str, token: str) -> None:
    """Log in with AWSPENDING, run a query, and close the connection whatever comes of it.

    A login alone may succeed where the server can do no work.

    Raises:
        NoValueError: The version *token* has no value yet.
        RotationError: AWSPENDING is on another version, or `log_in` fails.
        psycopg.Error: The query fails.
    """
    pending = read(client, arn, AWSPENDING, token)
    # A commit that fails would leave the connection open: psycopg's own block closes after it.
    with closing(log_in(pending.login)) as connection, connection:
        connection.execute("SELECT 1")


def prepare_user(connection: psycopg.Connection, user: str, password: str, owner: str) -> None:
    """Let *user* log in with this password and act as *owner*, in the caller's transaction.

    The server is sent a SCRAM verifier (`connection.pgconn.encrypt_password`), because it may
    write every statement to its log. The algorithm is named, scram-sha-256: without a name it is
    what the server is set to, which may be md5.

    *user* is a member of *owner*, and each of its sessions begins as that role
    (`ALTER ROLE … SET role`): so it may do what *owner* may, now and later, and what it creates
    belongs to *owner* and not to one of two users. *user* can be *owner* itself.

    A role that does not exist is created, with no right but to log in and no limit of its own,
    and made a member. One that exists has to be a member already, or *owner*, and no superuser:
    its name alone does not prove that it takes turns with anybody. Any character may be in a
    name. No other role is changed, or made a member of *user*, and nothing is committed.

    https://www.postgresql.org/docs/current/sql-alterrole.html

    Raises:
        RotationError: *user* is somebody else.
    """
    verifier = _verifier(connection, user, password)
    del password  # Reports of an error below may show the locals of this frame.
    _join(connection, user, owner)
    name = sql.Identifier(user)
    # DDL takes no parameters of the protocol, so the statement is composed here.
    connection.execute(
        sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}").format(name, sql.Literal(verifier))
    )
    if user != owner:
        begin_as = sql.SQL("ALTER ROLE {} SET role TO {}")
        connection.execute(begin_as.format(name, sql.Identifier(owner)))


def _join(connection: psycopg.Connection, user: str, owner: str) -> None:
    """Create *user* as a member of *owner*, or make sure that it is one, or *owner* itself."""
    known = connection.execute(
        "SELECT pg_has_role(oid, %s, 'MEMBER') AND NOT rolsuper FROM pg_roles WHERE rolname = %s",
        [owner, user],
    ).fetchone()
    if known is None:
        create = sql.SQL("CREATE ROLE {} IN ROLE {}")
        connection.execute(create.format(sql.Identifier(user), sql.Identifier(owner)))
    elif known != (True,):
        message = f"{user} is there already, and is a superuser or not a member of {owner}"
        raise RotationError(message)


def _verifier(connection: psycopg.Connection, user: str, password: str) -> str:
    """Return the SCRAM verifier: a server checks a password with it, and cannot read it there."""
    encrypt = connection.pgconn.encrypt_password
    return encrypt(password.encode(), user.encode(), b"scram-sha-256").decode()


def pair(client: SecretsManagerClient, arn: str, token: str) -> tuple[Version, Version]:
    """Return AWSCURRENT and this rotation's AWSPENDING, where the one was made from the other.

    AWSPENDING is the version *token*. It must have been made from the version that is AWSCURRENT
    now, or what an operator has changed there since would be lost. And it must be what
    `create_secret` makes of that, the password aside: another hand could have put a login there
    that names any user on any host.

    Raises:
        NoValueError: The version *token* has no value yet.
        RotationError: One of these is not so.
    """
    pending = read(client, arn, AWSPENDING, token)
    current = read(client, arn, AWSCURRENT, pending.login[ROTATED_FROM])
    if pending.login != _other_login(current, pending.login["password"]):
        message = f"{arn}: {AWSPENDING} is not what createSecret makes of {AWSCURRENT}"
        raise RotationError(message)
    return current, pending


def set_secret(client: SecretsManagerClient, arn: str, token: str) -> None:
    """Let the master give the database AWSPENDING's user and password.

    The master is AWSCURRENT of the secret that AWSCURRENT's `masterarn` names. Its power is lent
    for what belongs together, and to nobody else:

    - `pair` holds;
    - AWSCURRENT logs in: who cannot has no say over what the master does;
    - the master is of the same host and port, whatever its database, and is not itself the user
      to be changed.

    Then `prepare_user` is called as the master, with the role that AWSCURRENT's own session acts
    as (`current_user`) for the owner. All changes are one transaction. Connections are closed.

    Task 3.7: AWSCURRENT's session takes the lock (`take_lock`) before anything is changed, and
    keeps it beyond the commit. Until the lock came, another rotation may have overtaken this
    one: so the last act before the commit is to ask AWS again whether `pair` holds.

    Raises:
        RotationError: One of these is not so; or `log_in` fails, whose error passes. The database
            is as it was.
    """
    current, pending = pair(client, arn, token)
    user = pending.login["username"]
    master = _master(client, current, user)
    with closing(log_in(current.login)) as session, session:
        take_lock(session, arn)
        [(owner,)] = session.execute("SELECT current_user")
        with closing(log_in(master.login)) as connection, connection:
            prepare_user(connection, user, pending.login["password"], owner)
            # Asked last: what is found now undoes all of it, and what comes later waits.
            pair(client, arn, token)


def _master(client: SecretsManagerClient, current: Version, user: str) -> Version:
    """Return the version with the master's login, where it may be lent to change *user*."""
    arn = current.login["masterarn"]
    master = read(client, arn)
    if database_of(master.login)[:2] != database_of(current.login)[:2]:
        message = f"{arn}: this master is of another server"
        raise RotationError(message)
    if master.login["username"] == user:
        message = f"{arn}: {user} is the master, and takes turns with nobody"
        raise RotationError(message)
    return master


def finish_secret(client: SecretsManagerClient, arn: str, token: str) -> None:
    """Move AWSCURRENT to the version *token*, if all is as this rotation has left it.

    A version that has no value, does not log in (`test_secret`) or does not belong to AWSCURRENT
    (`pair`) is never promoted, also where no earlier step was called.
    It is a compare and swap: AWSCURRENT is taken from the version that AWSPENDING was made from,
    and where an operator has moved it elsewhere in the last moment, AWS refuses.
    AWSPENDING stays: to remove it is to tell AWS that the rotation has failed.
    Connections are closed. Whether AWSCURRENT still logs in does not matter: it is replaced.

    Task 3.7: a session of AWSPENDING takes the lock (`take_lock`) and keeps it until AWSCURRENT
    has moved. Until the lock came, another rotation may have changed the password: so
    `test_secret` is called under the lock.

    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html

    Raises:
        NoValueError: The version *token* has no value yet.
        RotationError: One of these is not so, or `log_in` fails; no label has moved.
        ClientError: AWS refused, as where AWSCURRENT has just moved.
        BotoCoreError: AWS did not answer; AWSCURRENT may have moved all the same.
    """
    current, pending = pair(client, arn, token)
    with closing(log_in(pending.login)) as session, session:
        take_lock(session, arn)
        # Now that nobody else can change the password, or take this rotation's place unseen.
        test_secret(client, arn, token)
        client.update_secret_version_stage(
            SecretId=arn,
            VersionStage=AWSCURRENT,
            MoveToVersionId=token,
            RemoveFromVersionId=current.id,
        )


def take_lock(connection: psycopg.Connection, arn: str) -> None:
    """Hold the lock of this secret's rotation until the transaction of *connection* ends.

    While one session of the database holds it, no other gets it, whichever its user; a session
    that ends, or whose program crashes, sets it free. Other secrets have locks of their own.

    https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS

    Raises:
        psycopg.errors.LockNotAvailable: It was not free within LOCK_SECONDS.
    """
    connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [arn])
