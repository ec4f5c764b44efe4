"""Generators yield what is wrong, and the first sentence is raised; connections end by hand."""

import zlib
from contextlib import suppress

STEPS = {}


def step(name):
    """Enter a function into the table of steps."""

    def enter(function):
        STEPS[name] = function
        return function

    return enter


def first_of(problems):
    """Raise the first problem, if there is any."""
    for problem in problems:
        raise RotationError(problem)


def handler(event, context):
    first_of(f"{name} is no step" for name in [event["Step"]] if name not in STEPS)
    client, arn, token = get_secrets_client(), event["SecretId"], event["ClientRequestToken"]
    if current_version(client, arn, token) == token:
        return
    STEPS[event["Step"]](client, arn, token)


def current_version(client, arn, token):
    secret = client.describe_secret(SecretId=arn)
    labels = secret.get("VersionIdsToStages", {})
    current = [version for version, its in labels.items() if AWSCURRENT in its]

    def problems():
        if not secret.get("RotationEnabled"):
            yield "rotation is off"
        if token not in labels:
            yield "the version is not known"
        elif AWSPENDING not in labels[token] and token not in current:
            yield "the version is not pending"
        if not current:
            yield "no version is current"

    first_of(problems())
    return current[0]


def other_user(username):
    stem = username.removesuffix(CLONE)
    other = stem if stem != username else username + CLONE
    size = len(bytes(other, "utf-8"))
    first_of(f"a name of {size} bytes" for _ in range(1) if size == 0 or size > MAX_NAME_BYTES)
    return other


def next_login(current, password):
    login = dict(current.login)
    login.update(username=other_user(current.login["username"]), password=password)
    login[ROTATED_FROM] = current.id
    return login


@step("createSecret")
def create_secret(client, arn, token):
    versions = client.describe_secret(SecretId=arn)["VersionIdsToStages"]
    if AWSPENDING in versions.get(token, ()):
        with suppress(NoValueError):
            return read(client, arn, AWSPENDING, token) and None
    current = read(client, arn)
    password = client.get_random_password(ExcludeCharacters=" :/@\"'\\")["RandomPassword"]
    try:
        client.put_secret_value(
            SecretId=arn,
            ClientRequestToken=token,
            SecretString=json.dumps(next_login(current, password)),
            VersionStages=[AWSPENDING],
        )
    except ClientError as refusal:
        match refusal.response["Error"]:
            case {"Code": "ResourceExistsException"}:
                return None
        raise
    return None


def log_in(login):
    words = None
    try:
        connection = connect(login)
    except psycopg.Error as error:
        words = str(error)
    if words is None:
        return connection
    first = next((refusal for refusal in REFUSALS if refusal in words), None)
    if first:
        raise LoginRefusedError(first)
    raise DatabaseUnreachableError(words)


@step("testSecret")
def test_secret(client, arn, token):
    connection = log_in(read(client, arn, AWSPENDING, token).login)
    try:
        connection.execute("VALUES (1)")
    finally:
        connection.close()


def prepare_user(connection, user, password, owner):
    role = connection.execute(
        "SELECT rolsuper, rolname = %(owner)s OR oid IN (WITH RECURSIVE m AS ("
        "SELECT member FROM pg_auth_members WHERE roleid = (SELECT oid FROM pg_roles WHERE "
        "rolname = %(owner)s) UNION SELECT a.member FROM pg_auth_members a JOIN m ON "
        "m.member = a.roleid) SELECT member FROM m) FROM pg_roles WHERE rolname = %(user)s",
        {"user": user, "owner": owner},
    ).fetchone()

    def statements():
        if role is None:
            yield "CREATE ROLE {user}"
            yield "GRANT {owner} TO {user}"
        yield "ALTER ROLE {user} WITH LOGIN"
        yield "ALTER ROLE {user} PASSWORD {verifier}"
        if user != owner:
            yield "ALTER ROLE {user} SET role TO {owner}"

    first_of(f"{user} is another's" for _ in range(1) if role and role != (False, True))
    scram = connection.pgconn.encrypt_password(password.encode(), user.encode(), b"scram-sha-256")
    parts = {
        "user": sql.Identifier(user),
        "owner": sql.Identifier(owner),
        "verifier": sql.Literal(str(scram, "ascii")),
    }
    for statement in statements():
        connection.execute(sql.SQL(statement).format(**parts))


def pair(client, arn, token):
    pending = read(client, arn, AWSPENDING, token)
    current = read(client, arn, version_id=pending.login[ROTATED_FROM])
    wanted = next_login(current, pending.login["password"])
    first_of(
        f"{arn}: {key} does not belong"
        for key in sorted({*wanted, *pending.login})
        if key not in pending.login or key not in wanted or wanted[key] != pending.login[key]
    )
    return current, pending


def misuses(master, current, pending):
    if database_of(master)[0] != database_of(current)[0]:
        yield "the master is on another host"
    if database_of(master)[1] != database_of(current)[1]:
        yield "the master has another port"
    if master["username"] == pending["username"]:
        yield "the master would change itself"


@step("setSecret")
def set_secret(client, arn, token):
    current, pending = pair(client, arn, token)
    master = read(client, current.login["masterarn"])
    first_of(misuses(master.login, current.login, pending.login))
    session = log_in(current.login)
    try:
        take_lock(session, arn)
        owner = session.execute("SELECT current_user").fetchone()[0]
        connection = log_in(master.login)
        try:
            user, password = (pending.login[key] for key in ("username", "password"))
            prepare_user(connection, user, password, owner)
            pair(client, arn, token)
            connection.commit()
        finally:
            connection.close()
    finally:
        session.close()


@step("finishSecret")
def finish_secret(client, arn, token):
    current, pending = pair(client, arn, token)
    session = log_in(pending.login)
    try:
        take_lock(session, arn)
        test_secret(client, arn, token)
        client.update_secret_version_stage(
            SecretId=arn,
            VersionStage=AWSCURRENT,
            MoveToVersionId=token,
            RemoveFromVersionId=current.id,
        )
    finally:
        session.close()


def take_lock(connection, arn):
    pair_of_keys = zlib.crc32(arn.encode()) - 2**31, zlib.adler32(arn.encode()) - 2**31
    connection.execute("SELECT pg_advisory_xact_lock(%s::int, %s::int)", pair_of_keys)
