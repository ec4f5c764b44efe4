"""Functions and match statements only: reasons are returned as text, and raised in one place.

The password is drawn here and not by AWS.
"""

import secrets
import string
from contextlib import closing, suppress

ALPHABET = string.ascii_letters + string.digits + "-_.~"


def refuse(reason: str | None) -> None:
    """Raise *reason*, if there is one."""
    if reason:
        raise RotationError(reason)


def handler(event: Mapping[str, str], context: object) -> None:
    match event["Step"]:
        case "createSecret":
            step = create_secret
        case "setSecret":
            step = set_secret
        case "testSecret":
            step = test_secret
        case "finishSecret":
            step = finish_secret
        case other:
            refuse(f"{other!r} is no step of a rotation")
    client = get_secrets_client()
    if current_version(client, event["SecretId"], event["ClientRequestToken"]) != (
        token := event["ClientRequestToken"]
    ):
        step(client, event["SecretId"], token)


def current_version(client: SecretsManagerClient, arn: str, token: str) -> str:
    found = client.describe_secret(SecretId=arn)
    labels = found.get("VersionIdsToStages", {})
    current = [version for version in labels if AWSCURRENT in labels[version]]
    match found.get("RotationEnabled", False), current, {*labels.get(token, ())}:
        case False, _, _:
            refuse(f"{arn} is not rotated")
        case _, [], _:
            refuse(f"{arn} has no {AWSCURRENT}")
        case _, _, mine if not mine & {AWSPENDING, AWSCURRENT}:
            refuse(f"{arn} does not rotate to {token}")
    return current[0]


def other_user(username: str) -> str:
    first, clone, rest = username.rpartition(CLONE)
    other = first if clone and not rest else f"{username}{CLONE}"
    refuse(None if 1 <= len(other.encode()) <= MAX_NAME_BYTES else f"no user can be called {other}")
    return other


def successor(version: Version, password: str) -> dict[str, Any]:
    """Return the login that comes after a version's."""
    return dict(version.login) | {
        "username": other_user(version.login["username"]),
        "password": password,
        ROTATED_FROM: version.id,
    }


def create_secret(client: SecretsManagerClient, arn: str, token: str) -> None:
    try:
        read(client, arn, AWSPENDING, token)
    except NoValueError:
        password = "".join(secrets.choice(ALPHABET) for _ in range(32))
        value = json.dumps(successor(read(client, arn), password))
        with suppress(client.exceptions.ResourceExistsException):
            client.put_secret_value(
                SecretId=arn,
                ClientRequestToken=token,
                SecretString=value,
                VersionStages=[AWSPENDING],
            )


def log_in(login: Mapping[str, Any]) -> psycopg.Connection:
    connection, said = attempt(login)
    if connection:
        return connection
    kind = DatabaseUnreachableError
    for refusal in REFUSALS:
        if refusal in said:
            kind = LoginRefusedError
    raise kind(said)


def attempt(login: Mapping[str, Any]) -> tuple[psycopg.Connection | None, str]:
    """Return a connection, or why there is none."""
    try:
        return connect(login), ""
    except psycopg.OperationalError as error:
        return None, str(error)


def test_secret(client: SecretsManagerClient, arn: str, token: str) -> None:
    with closing(log_in(read(client, arn, AWSPENDING, token).login)) as connection:
        connection.execute("SELECT now()").fetchall()


def prepare_user(connection: psycopg.Connection, user: str, password: str, owner: str) -> None:
    verifier = connection.pgconn.encrypt_password(
        password.encode(), user.encode(), b"scram-sha-256"
    )
    names = {"user": sql.Identifier(user), "owner": sql.Identifier(owner)}
    values = {"verifier": sql.Literal(verifier.decode())}

    def run(statement: str) -> None:
        connection.execute(sql.SQL(statement).format(**names, **values))

    roles = connection.execute(
        "SELECT rolsuper, pg_has_role(rolname, %s, 'MEMBER') FROM pg_roles WHERE rolname = %s",
        (owner, user),
    ).fetchall()
    match roles:
        case []:
            run("CREATE ROLE {user} WITH LOGIN PASSWORD {verifier} IN ROLE {owner}")
        case [(False, True)]:
            run("ALTER ROLE {user} WITH LOGIN PASSWORD {verifier}")
        case _:
            refuse(f"{user} does not take turns with {owner}")
    run("ALTER ROLE {user} SET role = {owner}")


def pair(client: SecretsManagerClient, arn: str, token: str) -> tuple[Version, Version]:
    pending = read(client, arn, AWSPENDING, token)
    current = read(client, arn)
    match pending.login:
        case {"password": password} if pending.login == successor(current, password):
            return current, pending
    raise RotationError(f"{arn}: {token} does not come after {current.id}")


def set_secret(client: SecretsManagerClient, arn: str, token: str) -> None:
    current, pending = pair(client, arn, token)
    master = read(client, current.login["masterarn"]).login
    match database_of(master), database_of(current.login), master["username"]:
        case (host, port, _), (own_host, own_port, _), _ if (host, port) != (own_host, own_port):
            refuse(f"{arn}: its master is at {host}")
        case _, _, user if user == pending.login["username"]:
            refuse(f"{arn}: {user} is its master")
    with closing(log_in(current.login)) as witness:
        take_lock(witness, arn)
        owner = witness.execute("SELECT current_user").fetchone()[0]
        with closing(log_in(master)) as connection:
            prepare_user(connection, pending.login["username"], pending.login["password"], owner)
            pair(client, arn, token)
            connection.commit()


def finish_secret(client: SecretsManagerClient, arn: str, token: str) -> None:
    current, pending = pair(client, arn, token)
    with closing(log_in(pending.login)) as witness:
        take_lock(witness, arn)
        test_secret(client, arn, token)
        client.update_secret_version_stage(
            SecretId=arn,
            VersionStage=AWSCURRENT,
            RemoveFromVersionId=current.id,
            MoveToVersionId=token,
        )


def take_lock(connection: psycopg.Connection, arn: str) -> None:
    connection.execute("SELECT pg_advisory_xact_lock(hashtext(%s), length(%s))", (arn, arn))
