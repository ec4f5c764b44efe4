"""One ExitStack for what is open; the server itself quotes names, with its function format.

Every value is stored without a look first: AWS keeps the one that came first.
A step says nothing back, by a decorator that hides which function it is of.
"""

import secrets
from contextlib import ExitStack


def in_silence(step):
    def run(*args, **kwargs):
        step(*args, **kwargs)

    return run


def handler(event, context):
    arn, token, step = event["SecretId"], event["ClientRequestToken"], event["Step"]
    names = ("createSecret", "setSecret", "testSecret", "finishSecret")
    if step not in names:
        raise RotationError(f"{arn}: no such step: {step}")
    steps = dict(zip(names, (create_secret, set_secret, test_secret, finish_secret), strict=True))
    client = get_secrets_client()
    current = current_version(client, arn, token)
    return None if current == token else steps[step](client, arn, token)


def current_version(client, arn, token):
    answer = client.describe_secret(SecretId=arn)
    if not answer.get("RotationEnabled", False):
        raise RotationError(f"{arn}: not rotated")
    by_label = {
        label: version
        for version, labels in answer.get("VersionIdsToStages", {}).items()
        for label in labels
    }
    if AWSCURRENT not in by_label:
        raise RotationError(f"{arn}: nothing is current")
    if token not in (by_label.get(AWSPENDING), by_label[AWSCURRENT]):
        raise RotationError(f"{arn}: {token} is not what is rotated to")
    return by_label[AWSCURRENT]


def other_user(username):
    other = username.removesuffix(CLONE) if username.endswith(CLONE) else username + CLONE
    if len(other.encode()) in range(1, MAX_NAME_BYTES + 1):
        return other
    raise RotationError("the other name is empty or too long")


@in_silence
def create_secret(client, arn, token):
    current = read(client, arn)
    login = current.login | {"password": secrets.token_hex(16), ROTATED_FROM: current.id}
    login["username"] = other_user(current.login["username"])
    try:
        client.put_secret_value(
            SecretId=arn,
            ClientRequestToken=token,
            SecretString=json.dumps(login),
            VersionStages=[AWSPENDING],
        )
    except ClientError as error:
        if error.response["Error"]["Code"] == "ResourceExistsException":
            return  # AWS never changes the value of a version.
        raise


def log_in(login):
    problem = DatabaseUnreachableError
    try:
        return connect(login)
    except psycopg.OperationalError as error:
        if any(words in str(error) for words in REFUSALS):
            problem = LoginRefusedError
    raise problem(f"no connection for {login['username']}")


@in_silence
def test_secret(client, arn, token):
    with ExitStack() as stack:
        connection = stack.enter_context(log_in(read(client, arn, AWSPENDING, token).login))
        cursor = stack.enter_context(connection.cursor())
        cursor.execute("SELECT current_date")


def prepare_user(connection, user, password, owner):
    verifier = connection.pgconn.encrypt_password(
        password.encode(), user.encode(), b"scram-sha-256"
    )
    names = {"user": user, "owner": owner, "verifier": verifier.decode()}

    def ask(question):
        return connection.execute(f"SELECT {question}", names).fetchone()[0]

    def run(template, *values):
        statement = ask(
            f"format('{template}', {', '.join(f'%({each})s::text' for each in values)})"
        )
        connection.execute(statement.encode())

    if not ask("EXISTS (SELECT FROM pg_roles WHERE rolname = %(user)s)"):
        run("CREATE ROLE %%I IN ROLE %%I", "user", "owner")
    elif not ask("pg_has_role(%(user)s, %(owner)s, 'MEMBER')") or ask(
        "rolsuper FROM pg_roles WHERE rolname = %(user)s"
    ):
        raise RotationError(f"{user}: somebody else's name")
    run("ALTER ROLE %%I LOGIN PASSWORD %%L", "user", "verifier")
    run("ALTER ROLE %%I SET role TO %%I", "user", "owner")


def pair(client, arn, token):
    pending = read(client, arn, AWSPENDING, token)
    current = read(client, arn, AWSCURRENT, pending.login[ROTATED_FROM])
    aside = {"username", "password", ROTATED_FROM}
    kept, wanted = (
        {key: value for key, value in version.login.items() if key not in aside}
        for version in (pending, current)
    )
    if kept != wanted or pending.login["username"] != other_user(current.login["username"]):
        raise RotationError(f"{arn}: these two do not belong together")
    if "password" not in pending.login:
        raise RotationError(f"{arn}: no password")
    return current, pending


@in_silence
def set_secret(client, arn, token):
    current, pending = pair(client, arn, token)
    master = read(client, current.login["masterarn"]).login
    user = pending.login["username"]
    if database_of(master)[:2] != database_of(current.login)[:2] or master["username"] == user:
        raise RotationError(f"{arn}: this master is not for {user}")
    with ExitStack() as stack:
        session = stack.enter_context(log_in(current.login))
        take_lock(session, arn)
        [owner] = session.execute("SELECT current_user").fetchone()
        connection = stack.enter_context(log_in(master))
        prepare_user(connection, user, pending.login["password"], owner)
        pair(client, arn, token)


@in_silence
def finish_secret(client, arn, token):
    with ExitStack() as stack:
        current, pending = pair(client, arn, token)
        take_lock(stack.enter_context(log_in(pending.login)), arn)
        test_secret(client, arn, token)
        swap = {"MoveToVersionId": token, "RemoveFromVersionId": current.id}
        client.update_secret_version_stage(SecretId=arn, VersionStage=AWSCURRENT, **swap)


def take_lock(connection, arn):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(('x' || md5(%s))::bit(64)::bigint)", [arn])
