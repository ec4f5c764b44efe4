"""A login that is rotated between two users, as the templates expect to find it."""

from __future__ import annotations

import json
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
import yaml
from psycopg import sql

from secrets_manager.lab.backends import open_backend
from secrets_manager.lab.postgres import postgres

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_secretsmanager import SecretsManagerClient

    from secrets_manager.lab.postgres import Postgres

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = ROOT / "src" / "secrets_manager" / "production"


@dataclass
class Shop:
    """The two secrets, the client that made them, and the database that they are for."""

    client: SecretsManagerClient
    server: Postgres
    secret_arn: str
    master_arn: str

    def login(self) -> dict[str, Any]:
        """Return AWSCURRENT."""
        value = self.client.get_secret_value(SecretId=self.secret_arn, VersionStage="AWSCURRENT")
        login: dict[str, Any] = json.loads(value["SecretString"])
        return login

    def current_user(self) -> str:
        """Return whom the database takes AWSCURRENT's login for."""
        login = self.login()
        with self.server.connect(login["username"], login["password"]) as connection:
            [(user,)] = connection.execute("SELECT session_user")
            return str(user)


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with postgres() as server:
        yield server


@pytest.fixture
def shop(server: Postgres) -> Iterator[Shop]:
    with open_backend("moto") as client, roles(server) as (user, master):
        where = {"host": server.host, "port": server.port, "dbname": server.dbname}
        master_arn = create(client, {**where, **master})
        secret_arn = create(client, {**where, **user, "masterarn": master_arn})
        yield Shop(client, server, secret_arn, master_arn)


def create(client: SecretsManagerClient, value: dict[str, Any]) -> str:
    name = f"prod/{value['username']}"
    return client.create_secret(Name=name, SecretString=json.dumps(value))["ARN"]


@contextmanager
def roles(server: Postgres) -> Iterator[tuple[dict[str, str], dict[str, str]]]:
    """Yield a user, and a master that may change it and create the other."""
    with server.role("shop") as user, server.role("master") as master:
        names = sql.Identifier(user.user), sql.Identifier(master.user)
        with server.connect() as connection:
            connection.execute(sql.SQL("ALTER ROLE {1} CREATEROLE").format(*names))
            connection.execute(sql.SQL("GRANT {0} TO {1} WITH ADMIN OPTION").format(*names))
        try:
            yield (
                {"username": user.user, "password": user.password},
                {"username": master.user, "password": master.password},
            )
        finally:
            with suppress(psycopg.errors.UndefinedObject):
                server.drop_role(f"{user.user}_clone")


class Template(yaml.SafeLoader):
    """CloudFormation's YAML: `!Ref Name` becomes `{"Ref": "Name"}`."""

    def intrinsic(self, suffix: str, node: yaml.Node) -> dict[str, Any]:
        """Return the long form of a function."""
        if isinstance(node, yaml.SequenceNode):
            return {suffix: self.construct_sequence(node, deep=True)}
        return {suffix: self.construct_scalar(node)}  # type: ignore[arg-type]


Template.add_multi_constructor("!", Template.intrinsic)


@pytest.fixture(scope="session")
def solution() -> Path:
    """Return the solution's file."""
    file = ROOT / "exercises" / "solutions" / "exercise_3.py"
    if not file.exists():
        pytest.skip("this copy of the course has no solutions")
    return file


@pytest.fixture(scope="session")
def templates() -> dict[str, Any]:
    """Return each template by its file's name."""
    return {
        file.name: yaml.load(file.read_text("utf-8"), Template)  # noqa: S506 - A SafeLoader.
        for file in PRODUCTION.glob("*.yaml")
    }


@pytest.fixture(scope="session")
def template(templates: dict[str, Any]) -> Any:
    return templates["template.yaml"]
