"""One object for one rotation; the functions of the contract only make it and call it.

The client is made once for the life of the Lambda function.
"""

import hashlib
from contextlib import contextmanager
from functools import cache, cached_property


@cache
def client_of_this_function():
    return get_secrets_client()


class Rotation:
    """The rotation of one secret to one version."""

    def __init__(self, client, arn, token):
        self.client, self.arn, self.token = client, arn, token

    @cached_property
    def description(self):
        return self.client.describe_secret(SecretId=self.arn)

    @property
    def versions(self):
        return self.description.get("VersionIdsToStages") or {}

    def labelled(self, label):
        for version, labels in self.versions.items():
            if label in labels:
                return version
        return self.fail(f"no version is {label}")

    def fail(self, why):
        raise RotationError(f"{self.arn}: {why}")

    def current_version(self):
        if self.description.get("RotationEnabled") is not True:
            self.fail("nobody has turned rotation on")
        if self.token not in self.versions:
            self.fail("the version is not there")
        current = self.labelled(AWSCURRENT)
        if current == self.token:
            return current
        if AWSPENDING not in self.versions[self.token]:
            self.fail("the version is not the next one")
        return current

    def has_value(self):
        try:
            return bool(self.pending())
        except NoValueError:
            return False

    def pending(self):
        return read(self.client, self.arn, AWSPENDING, self.token)

    def create(self):
        if self.has_value():
            return
        answer = self.client.get_random_password(
            PasswordLength=32, ExcludePunctuation=True, RequireEachIncludedType=True
        )
        login = Successor(read(self.client, self.arn)).login(answer["RandomPassword"])
        try:
            self.client.put_secret_value(
                SecretId=self.arn,
                SecretString=json.dumps(login),
                VersionStages=[AWSPENDING],
                ClientRequestToken=self.token,
            )
        except self.client.exceptions.ResourceExistsException:
            return

    def pair(self):
        pending = self.pending()
        current = read(self.client, self.arn, version_id=pending.login[ROTATED_FROM])
        if Successor(current).login(pending.login["password"]) == pending.login:
            return current, pending
        return self.fail("what is next does not belong to what is current")

    def test(self):
        with log_in(self.pending().login) as connection:
            if connection.execute("SELECT 1 + 1").fetchone() != (2,):
                self.fail("the server cannot add")

    @contextmanager
    def locked(self, login):
        with log_in(login) as session:
            take_lock(session, self.arn)
            yield session

    def master(self, current, user):
        master = read(self.client, current.login["masterarn"]).login
        if database_of(master)[0:2] != database_of(current.login)[0:2]:
            self.fail("its master is of another server")
        if master["username"] == user:
            self.fail("its master would change itself")
        return master

    def set(self):
        current, pending = self.pair()
        user, password = pending.login["username"], pending.login["password"]
        master = self.master(current, user)
        with self.locked(current.login) as session, log_in(master) as connection:
            (owner,) = session.execute("SELECT current_user").fetchone()
            with connection.transaction():
                prepare_user(connection, user, password, owner)
                self.pair()

    def finish(self):
        current, pending = self.pair()
        with self.locked(pending.login):
            self.test()
            self.client.update_secret_version_stage(
                SecretId=self.arn,
                VersionStage=AWSCURRENT,
                MoveToVersionId=self.token,
                RemoveFromVersionId=current.id,
            )


@dataclass(frozen=True)
class Successor:
    """Whoever comes after a version."""

    version: Version

    def login(self, password):
        login = {**self.version.login, ROTATED_FROM: self.version.id, "password": password}
        login["username"] = other_user(self.version.login["username"])
        return login


class User:
    """A role that is to log in and to act as an owner."""

    def __init__(self, connection, name, owner):
        self.connection, self.name, self.owner = connection, name, owner

    def is_there(self):
        found = self.connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [self.name])
        return found.rowcount == 1

    def takes_turns(self):
        (answer,) = self.connection.execute(
            "SELECT bool_and(NOT rolsuper AND pg_has_role(oid, %s, 'MEMBER')) FROM pg_roles "
            "WHERE rolname = %s",
            [self.owner, self.name],
        ).fetchone()
        return answer

    def run(self, statement, **values):
        names = {"name": sql.Identifier(self.name), "owner": sql.Identifier(self.owner)}
        self.connection.execute(sql.SQL(statement).format(**names, **values))

    def let_in(self, password):
        verifier = self.connection.pgconn.encrypt_password(
            password.encode(), self.name.encode(), b"scram-sha-256"
        )
        if not self.is_there():
            self.run("CREATE USER {name}")
            self.run("GRANT {owner} TO {name}")
        elif not self.takes_turns():
            raise RotationError(f"{self.name} is not of {self.owner}")
        self.run("ALTER USER {name} LOGIN PASSWORD {it}", it=sql.Literal(verifier.decode()))
        if self.name != self.owner:
            self.run("ALTER USER {name} SET role TO {owner}")


def handler(event, context):
    methods = {
        "createSecret": create_secret,
        "setSecret": set_secret,
        "testSecret": test_secret,
        "finishSecret": finish_secret,
    }
    if event["Step"] not in methods:
        raise RotationError(f"there is no step {event['Step']}")
    client = client_of_this_function()
    rotation = Rotation(client, event["SecretId"], event["ClientRequestToken"])
    if rotation.current_version() != rotation.token:
        methods[event["Step"]](client, rotation.arn, rotation.token)


def current_version(client, arn, token):
    return Rotation(client, arn, token).current_version()


def other_user(username):
    other = username[: -len(CLONE)] if username.endswith(CLONE) else username + CLONE
    if not other or len(other.encode("utf-8")) > MAX_NAME_BYTES:
        raise RotationError(f"PostgreSQL takes no user {other!r}")
    return other


def create_secret(client, arn, token):
    Rotation(client, arn, token).create()


def log_in(login):
    try:
        return connect(login)
    except psycopg.OperationalError as error:
        said = str(error)
    if any(map(said.__contains__, REFUSALS)):
        raise LoginRefusedError(said)
    raise DatabaseUnreachableError(said)


def test_secret(client, arn, token):
    Rotation(client, arn, token).test()


def prepare_user(connection, user, password, owner):
    User(connection, user, owner).let_in(password)


def pair(client, arn, token):
    return Rotation(client, arn, token).pair()


def set_secret(client, arn, token):
    Rotation(client, arn, token).set()


def finish_secret(client, arn, token):
    Rotation(client, arn, token).finish()


def take_lock(connection, arn):
    digest = hashlib.sha256(arn.encode()).digest()
    key = int.from_bytes(digest[:8], "big", signed=True)
    connection.execute("SELECT pg_advisory_xact_lock(%s)", [key])
