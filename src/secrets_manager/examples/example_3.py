"""Rotation patterns on a real database: the four steps, and how an application lives through them.

You will see a rotation handler called step by step, the old password refused and the new one
accepted; then an application that logs in all the time while its password rotates, under three
strategies, and what each of them cost its users.

    make example-3
"""

from __future__ import annotations

import json
import random
import time
from contextlib import contextmanager
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql

from secrets_manager import AWSCURRENT, CachedSecretManager, get_secret, get_secrets_client
from secrets_manager.lab.backends import unique_prefix
from secrets_manager.lab.lesson import run
from secrets_manager.lab.postgres import change_password, login_refused, postgres
from secrets_manager.lab.rotation import AWSPENDING, rotate_secret
from secrets_manager.lab.transcript import quietly, step
from secrets_manager.lab.workload import LEGEND, Load, table, timeline, under_load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from mypy_boto3_secretsmanager import SecretsManagerClient

    from secrets_manager.lab.postgres import Login, Postgres

TTL_SECONDS = 0.4
ROTATIONS = 3
SECONDS_BETWEEN_ROTATIONS = 0.7
SECONDS_AFTER_A_STEP = 0.1

STEP_TITLES = {
    "createSecret": "1. createSecret: keep a new password in a version labelled AWSPENDING",
    "setSecret": "2. setSecret: tell the database; what AWSCURRENT holds is refused from here on",
    "testSecret": "3. testSecret: log in with AWSPENDING before anybody depends on it",
    "finishSecret": "4. finishSecret: move AWSCURRENT to the new version; readers follow it",
}


def handler(event: Mapping[str, str], context: object) -> None:
    """Carry out one of the four steps of a rotation, as a Lambda function does.

    A secret that names a `masterarn` alternates between two users; any other keeps its one.
    https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_secret_json_structure.html

    Raises:
        ValueError: This version is not being rotated, or there is no such step.
    """
    steps = {
        "createSecret": create_secret,
        "setSecret": set_secret,
        "testSecret": test_secret,
        "finishSecret": finish_secret,
    }
    client, arn, token = get_secrets_client(), event["SecretId"], event["ClientRequestToken"]
    stages = client.describe_secret(SecretId=arn)["VersionIdsToStages"].get(token, [])
    if AWSCURRENT in stages:
        return  # An earlier call did it all.
    if AWSPENDING not in stages or event["Step"] not in steps:
        message = f"version {token} is not ready for step {event['Step']}"
        raise ValueError(message)
    steps[event["Step"]](client, arn, token)


def create_secret(client: SecretsManagerClient, arn: str, token: str) -> None:
    """Store a new password as AWSPENDING, unless an earlier call of this rotation did."""
    if get_secret(client, arn, AWSPENDING) is not None:
        return
    current = value_of(client, arn)
    drawn = client.get_random_password(PasswordLength=32, ExcludeCharacters="/@\"'\\: ")
    username = other_user(current["username"]) if "masterarn" in current else current["username"]
    pending = {**current, "username": username, "password": drawn["RandomPassword"]}
    client.put_secret_value(
        SecretId=arn,
        ClientRequestToken=token,
        SecretString=json.dumps(pending),
        VersionStages=[AWSPENDING],
    )


def set_secret(client: SecretsManagerClient, arn: str, token: str) -> None:
    """Give the database the pending password, as the user itself or as the master."""
    current, pending = value_of(client, arn), value_of(client, arn, AWSPENDING)
    if "masterarn" in current:
        session = connect(value_of(client, current["masterarn"]))
    else:
        session = log_in_again(client, arn, current, pending)
    with session as connection:
        change_password(connection, pending["username"], pending["password"])


def log_in_again(
    client: SecretsManagerClient, arn: str, *logins: Mapping[str, Any]
) -> psycopg.Connection:
    """Log in by the first of these that works, else by any version that the secret still has.

    A call that crashed after its commit has left a password that AWSCURRENT does not know, and
    where AWSPENDING was dropped since, a version without a label is all that knows it.
    """
    for login in chain(logins, unlabelled(client, arn)):
        try:
            return connect(login)
        except psycopg.OperationalError as error:
            if not login_refused(error):
                raise
    message = f"{arn} has no version that logs in"
    raise LookupError(message)


def unlabelled(client: SecretsManagerClient, arn: str) -> Iterator[dict[str, Any]]:
    """Yield the values of versions without a label; AWS keeps about a hundred of them."""
    listed = client.list_secret_version_ids(SecretId=arn, IncludeDeprecated=True)
    for version in listed["Versions"]:
        if not version.get("VersionStages"):
            answer = client.get_secret_value(SecretId=arn, VersionId=version["VersionId"])
            yield json.loads(answer["SecretString"])


def test_secret(client: SecretsManagerClient, arn: str, token: str) -> None:
    """Log in with the pending password and ask something."""
    with connect(value_of(client, arn, AWSPENDING)) as connection:
        connection.execute("SELECT 1")


def finish_secret(client: SecretsManagerClient, arn: str, token: str) -> None:
    """Move AWSCURRENT from the version that has it now to the pending one, if that logs in."""
    test_secret(client, arn, token)  # Nobody promises that the steps before were called.
    versions = client.describe_secret(SecretId=arn)["VersionIdsToStages"]
    current = next(version for version, stages in versions.items() if AWSCURRENT in stages)
    client.update_secret_version_stage(
        SecretId=arn,
        VersionStage=AWSCURRENT,
        MoveToVersionId=token,
        RemoveFromVersionId=current,
    )


def value_of(
    client: SecretsManagerClient, secret_id: str, version_stage: str = AWSCURRENT
) -> dict[str, Any]:
    """Return a value that a rotation cannot do without.

    Raises:
        LookupError: There is no such version.
    """
    value = get_secret(client, secret_id, version_stage)
    if value is None:
        message = f"{secret_id} has no version labelled {version_stage}"
        raise LookupError(message)
    return value


def other_user(username: str) -> str:
    """Return the partner of one of two alternating users."""
    clone = "_clone"
    return username.removesuffix(clone) if username.endswith(clone) else username + clone


def connect(login: Mapping[str, Any]) -> psycopg.Connection:
    """Open a connection with what a secret says."""
    return psycopg.connect(
        host=login["host"],
        port=login["port"],
        dbname=login["dbname"],
        user=login["username"],
        password=login["password"],
        connect_timeout=5,  # Seconds.
    )


def log_in(
    cache: CachedSecretManager,
    name: str,
    attempts: int,
    refused: Callable[[], None],
    pause_seconds: float = 0.05,
) -> None:
    """Do the application's work; where the login is refused, refresh, back off and try again.

    One refresh is not enough: AWSCURRENT names the old password until finishSecret.
    """
    for attempt in range(1, attempts + 1):
        try:
            with connect(cache.get_secret(name) or {}) as connection:
                connection.execute("SELECT 1")
                return
        except psycopg.OperationalError as error:
            if login_refused(error):
                refused()
            if not login_refused(error) or attempt == attempts:
                raise
        cache.invalidate(name)
        pause = pause_seconds * 2 ** (attempt - 1)
        time.sleep(random.uniform(pause / 2, pause))  # noqa: S311 - Jitter, not a password.


def main(client: SecretsManagerClient) -> None:
    """Rotate one password step by step, then under load by three strategies."""
    with postgres() as server, server.role("shop") as single, two_roles(server) as pair:
        prefix = unique_prefix()
        names = [f"{prefix}{name}" for name in ("single", "alternating", "master")]
        where = {"engine": "postgres", "host": server.host, "port": server.port}
        where |= {"dbname": server.dbname}
        try:
            step("A real PostgreSQL, and a secret for each login: two applications and a master")
            keep(client, names[0], {**where, **login_of(single)})
            master = keep(client, names[2], {**where, **login_of(server)})
            keep(client, names[1], {**where, **login_of(pair), "masterarn": master})
            rotate_step_by_step(client, names[0])
            compare_strategies(client, names[0], names[1])
        finally:
            step("Clean up: the secrets here; roles and database end with their blocks")
            for name in names:
                client.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)


def rotate_step_by_step(client: SecretsManagerClient, name: str) -> None:
    """Rotate once, and try the old and the new password after every step."""
    old = value_of(client, name)

    def try_both(_step: str) -> None:
        with quietly():
            new = get_secret(client, name, AWSPENDING)
        print(f"   the old password is {tried(old)}, the new one {tried(new)}")

    rotate_secret(
        client, name, handler, before_step=lambda name: step(STEP_TITLES[name]), after_step=try_both
    )


def compare_strategies(client: SecretsManagerClient, single: str, alternating: str) -> None:
    """Rotate under load three times over, and draw what the application's users felt."""
    step("5. Now an application of four threads, and rotations under its feet. Measuring …")
    loads = [
        rotate_under_load(client, single, "one user, TTL alone", attempts=1),
        rotate_under_load(client, single, "one user, refresh with backoff", attempts=7),
        rotate_under_load(client, alternating, "alternating users, TTL alone", attempts=1),
    ]
    for load in loads:
        print(timeline(load))
    print(f"{LEGEND}\n\n{table(loads)}")
    print(
        f"\n   {ROTATIONS} rotations each, TTL {TTL_SECONDS} s. Alternating users are free of "
        "failures while\n   the TTL is shorter than the time between two rotations."
    )


def rotate_under_load(client: SecretsManagerClient, name: str, title: str, attempts: int) -> Load:
    """Return how the application fared while its password was rotated several times."""
    cache = CachedSecretManager(client, TTL_SECONDS)
    work = partial(log_in, cache, name, attempts)
    with quietly(), under_load(title, work) as load:
        for _ in range(ROTATIONS):
            time.sleep(SECONDS_BETWEEN_ROTATIONS)
            with load.rotation():
                rotate_secret(
                    client, name, handler, after_step=lambda _: time.sleep(SECONDS_AFTER_A_STEP)
                )
        time.sleep(SECONDS_BETWEEN_ROTATIONS)
    print(f"   {title}: {len(load.outcomes)} operations, {load.failed} failed", flush=True)
    return load


def keep(client: SecretsManagerClient, name: str, value: Mapping[str, Any]) -> str:
    """Create a secret and return its ARN."""
    return client.create_secret(Name=name, SecretString=json.dumps(value))["ARN"]


def login_of(login: Login | Postgres) -> dict[str, str]:
    """Return a login under the names that AWS's database secrets use."""
    return {"username": login.user, "password": login.password}


def tried(login: Mapping[str, Any] | None) -> str:
    """Return in a word what the database says to a login."""
    if login is None:
        return "not made yet"
    try:
        connect(login).close()
    except psycopg.OperationalError as error:
        if not login_refused(error):
            raise
        return "refused"
    return "accepted"


@contextmanager
def two_roles(server: Postgres) -> Iterator[Login]:
    """Yield a role that has a partner of the same name and `_clone`, for alternating users."""
    with server.role("web") as login, server.connect(autocommit=True) as master:
        partner = other_user(login.user)
        master.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(partner)))
        try:
            yield login
        finally:
            server.drop_role(partner)


if __name__ == "__main__":
    run(main)
