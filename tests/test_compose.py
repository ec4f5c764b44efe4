"""docker-compose.yml, read by a real parser: what it starts, where, and what overrides it."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from secrets_manager.lab.environment import ROOT
from secrets_manager.lab.localstack import VERSION

if TYPE_CHECKING:
    from pathlib import Path

FILE = ROOT / "docker-compose.yml"


def services(programs: Path, *options: str, **variables: str) -> dict[str, Any]:
    """Return the services that podman-compose makes of the file and these variables."""
    # It asks for podman's version before it reads the file.
    write_program(programs / "podman", "echo podman version 5.0.0")
    command = (sys.executable, "-m", "podman_compose", "--file", str(FILE), *options, "config")
    environment = {"PATH": f"{programs}:{os.defpath}", **variables}
    printed = subprocess.run(command, env=environment, capture_output=True, check=True).stdout
    parsed: dict[str, Any] = yaml.safe_load(printed)["services"]
    return parsed


def write_program(path: Path, text: str) -> None:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def test_localstack_is_the_pinned_one_and_alone(tmp_path: Path) -> None:
    found = services(tmp_path)

    assert list(found) == ["localstack"]
    assert found["localstack"]["image"] == f"localstack/localstack:{VERSION}"
    assert found["localstack"]["environment"]["LOCALSTACK_AUTH_TOKEN"] == ""
    assert found["localstack"]["environment"]["SERVICES"] == "secretsmanager,sts"


def test_a_token_brings_an_image_of_ones_own(tmp_path: Path) -> None:
    localstack = services(
        tmp_path,
        LOCALSTACK_IMAGE="localstack/localstack:2026.10",
        LOCALSTACK_AUTH_TOKEN="ls-token",
        LOCALSTACK_PORT="4567",
    )["localstack"]

    assert localstack["image"] == "localstack/localstack:2026.10"
    assert localstack["environment"]["LOCALSTACK_AUTH_TOKEN"] == "ls-token"
    assert localstack["ports"] == ["127.0.0.1:4567:4566"]


def test_all_ports_are_of_this_machine_alone(tmp_path: Path) -> None:
    found = services(tmp_path, "--profile", "postgres")

    assert {name: service["ports"] for name, service in found.items()} == {
        "localstack": ["127.0.0.1:4566:4566"],
        "postgres": ["127.0.0.1:5432:5432"],
    }


def test_postgres_checks_every_password_and_keeps_nothing(tmp_path: Path) -> None:
    postgres = services(tmp_path, "--profile", "postgres", POSTGRES_PORT="5433")["postgres"]

    assert postgres["image"] == "postgres:18"
    assert postgres["ports"] == ["127.0.0.1:5433:5432"]
    assert postgres["environment"]["POSTGRES_HOST_AUTH_METHOD"] == "scram-sha-256"
    assert postgres["environment"]["POSTGRES_INITDB_ARGS"] == "--auth=scram-sha-256"
    assert postgres["tmpfs"] == ["/var/lib/postgresql"]
    assert "volumes" not in postgres


def test_the_url_that_the_file_names_is_its_own_servers(tmp_path: Path) -> None:
    postgres = services(tmp_path, "--profile", "postgres")["postgres"]

    password = postgres["environment"]["POSTGRES_PASSWORD"]
    url = f"LAB_PG_URL=postgresql://postgres:{password}@localhost:5432/postgres"
    assert url in FILE.read_text()


@pytest.mark.parametrize(
    ("curl", "status"),
    [
        ("""echo '{"services": {"kms": "error", "secretsmanager": "running"}}'""", 0),
        ("""echo '{"services": {"secretsmanager": "available"}}'""", 0),
        ("""echo '{"services": {"kms": "running", "secretsmanager": "error"}}'""", 1),
        ("exit 22", 1),
    ],
)
def test_healthy_means_that_secrets_manager_is_there(
    tmp_path: Path, curl: str, status: int
) -> None:
    check = services(tmp_path)["localstack"]["healthcheck"]["test"]
    write_program(tmp_path / "curl", curl)

    done = subprocess.run(["sh", "-c", check], env={"PATH": f"{tmp_path}:{os.defpath}"})

    assert done.returncode == status
