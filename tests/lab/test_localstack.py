"""LocalStack up and down: around a stand-in, around a fake Docker, and once for real."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from secrets_manager.client import get_secrets_client
from secrets_manager.lab import localstack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# A process that was started is not waited for: it is meant to outlive its starter.
pytestmark = pytest.mark.filterwarnings("ignore:subprocess .* is still running:ResourceWarning")

SERVER = """
import json, os
from http.server import BaseHTTPRequestHandler, HTTPServer
class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers()
        self.wfile.write(json.dumps({"services": {"secretsmanager": "running"}}).encode())
    def do_POST(self):
        open("asked", "a").write(self.headers["X-Amz-Target"])
        self.send_response(200); self.end_headers()
    def log_message(self, *args): pass
def main():
    json.dump(dict(os.environ), open("environment.json", "w"))
    host, port = os.environ["GATEWAY_LISTEN"].split(":")
    HTTPServer((host, int(port)), Handler).serve_forever()
"""
UV = """#!/bin/sh
[ "$1" = --version ] && exit 0
echo "$*" >>"$0.calls"
[ -e "$0.fails" ] && { echo "no network"; exit 1; }
[ "$1" = venv ] || exit 0
for venv; do :; done
mkdir -p "$venv/bin" && printf '#!/bin/sh\\nexec PYTHON "$@"\\n' >"$venv/bin/python"
chmod +x "$venv/bin/python"
"""
DOCKER = """#!/bin/sh
echo "$*" >>"$0.calls"
case "$*" in
info) [ ! -e "$0.hangs" ] || exec sleep 30; [ ! -e "$0.dead" ];;
"compose version") [ ! -e "$0.old" ];;
*" up "*) env >"$0.environment"; [ ! -e "$0.fails" ] || exit 1
    cd "${0%/*}" && GATEWAY_LISTEN=127.0.0.1:$LOCALSTACK_PORT \\
        PYTHON -c "$(cat server)" >/dev/null 2>&1 & echo $! >"$0.pid";;
*" down "*) kill "$(cat "$0.pid")" || true;;
esac
"""


@pytest.fixture
def port() -> int:
    """Return a port that is free."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        number: int = server.getsockname()[1]
    return number


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """Return a folder of programs that stands first in the PATH."""
    folder = tmp_path / "programs"
    folder.mkdir()
    (folder / "server").write_text(f"{SERVER}\nmain()")
    return folder


@pytest.fixture(autouse=True)
def _sandbox(
    tmp_path: Path, programs: Path, port: int, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Keep every test to a folder, a port and an environment of its own."""
    for name in list(os.environ):
        if name.startswith(("AWS_", "LOCALSTACK", "USE_SSL", "COMPOSE_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PATH", f"{programs}:{os.defpath}")
    monkeypatch.setenv("LOCALSTACK_HOST", f"localhost:{port}")
    monkeypatch.setattr(localstack, "FOLDER", tmp_path / ".localstack")
    # No docker, unless a test brings one.
    monkeypatch.setattr(localstack, "DOCKER", str(programs / "docker"))
    yield
    localstack._stop()


@pytest.fixture
def stand_in(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a small server stand in for LocalStack."""
    write_program(programs / "uv", UV)
    monkeypatch.setattr(localstack, "LAUNCHER", f"{SERVER}\n0; main()")


@pytest.fixture
def docker(programs: Path) -> Path:
    """Return a Docker whose containers are the stand-in; files beside it make it fail."""
    return write_program(programs / "docker", DOCKER)


def write_program(path: Path, text: str) -> Path:
    path.write_text(text.replace("PYTHON", sys.executable))
    path.chmod(0o755)
    return path


def calls(program: Path) -> list[str]:
    """Return what *program* was called with, and forget it."""
    record = program.with_name(f"{program.name}.calls")
    lines = record.read_text().splitlines() if record.exists() else []
    record.unlink(missing_ok=True)
    return lines


def make_fail(program: Path, how: str) -> None:
    program.with_name(f"{program.name}.{how}").touch()


def pid() -> int:
    """Return the process that `up` has started."""
    started = localstack._started()
    assert started is not None
    assert started.pid is not None
    return started.pid


def is_free(port: int) -> bool:
    with socket.socket() as attempt:
        return attempt.connect_ex(("127.0.0.1", port)) != 0


def wait_until(condition: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@contextmanager
def running_server(port: int, folder: Path) -> Iterator[int]:
    """Run a LocalStack of somebody else."""
    variables = {"GATEWAY_LISTEN": f"127.0.0.1:{port}"}
    command = (sys.executable, "-c", f"{SERVER}\nmain()")
    with subprocess.Popen(command, cwd=folder, env=variables) as process:
        try:
            wait_until(lambda: not is_free(port))
            yield process.pid
        finally:
            process.kill()


@pytest.mark.usefixtures("stand_in")
def test_up_and_down_may_be_called_twice(port: int, capfd: pytest.CaptureFixture[str]) -> None:
    said = []
    for action in ("up", "up", "down", "down"):
        assert localstack.main([action]) == 0
        said.append(capfd.readouterr().out)

    assert "as a process of its own, because there is no docker" in said[0]
    assert "up already, started by make localstack-up" in said[1]
    for out in said[:2]:
        assert f"http://localhost:{port}. Use it: BACKEND=localstack make examples" in out
    assert said[2].startswith("LocalStack is stopped: its process ")
    assert said[3] == "There is nothing to stop.\n"
    assert is_free(port)


@pytest.mark.usefixtures("stand_in")
def test_the_process_knows_nothing_of_the_users_environment(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_PROFILE", "LOCALSTACK_AUTH_TOKEN", "DEBUG", "HTTP_PROXY", "PYTHONPATH"):
        monkeypatch.setenv(name, "users-own")

    assert localstack.main(["up"]) == 0

    environment = json.loads((localstack._state() / "environment.json").read_text())
    assert "users-own" not in environment.values()
    assert environment["GATEWAY_LISTEN"] == f"127.0.0.1:{port}"
    assert environment["HOME"].startswith(str(localstack.FOLDER))
    assert os.getsid(pid()) == pid()


@pytest.mark.usefixtures("stand_in")
def test_the_first_request_is_made_before_up_returns() -> None:
    assert localstack.main(["up"]) == 0

    assert (localstack._state() / "asked").read_text() == "secretsmanager.ListSecrets"


@pytest.mark.usefixtures("stand_in")
def test_up_survives_that_localstack_was_killed() -> None:
    assert localstack.main(["up"]) == 0
    killed = pid()
    os.kill(killed, signal.SIGKILL)

    assert localstack.main(["up"]) == 0

    assert pid() != killed


@pytest.mark.usefixtures("stand_in")
def test_up_replaces_a_process_of_its_own_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(localstack, "ANSWER_SECONDS", 0.2)
    assert localstack.main(["up"]) == 0
    hanging = pid()
    os.kill(hanging, signal.SIGSTOP)

    assert localstack.main(["up"]) == 0

    assert localstack._command(hanging) == ""


@pytest.mark.usefixtures("stand_in")
@pytest.mark.parametrize("text", ["", "[1", "{}", "[999999999, 4566]"])
def test_up_survives_a_stale_note_of_what_was_started(text: str) -> None:
    localstack.FOLDER.mkdir()
    (localstack.FOLDER / "started").write_text(text)

    assert localstack.main(["up"]) == 0
    assert localstack.main(["down"]) == 0


def test_a_localstack_at_a_port_that_only_a_stale_note_names_is_no_second_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(localstack, "is_healthy", lambda endpoint: True)
    localstack.FOLDER.mkdir()
    localstack._mark(localstack.Started(999999999, 4567))

    localstack._refuse_second("http://localhost:4566")


def test_down_leaves_alone_a_process_that_was_given_the_same_id(
    port: int, capfd: pytest.CaptureFixture[str]
) -> None:
    localstack.FOLDER.mkdir()
    with subprocess.Popen(["sleep", "60"]) as other:
        localstack._mark(localstack.Started(other.pid, port))

        assert localstack.main(["down"]) == 0

        assert other.poll() is None
        other.kill()
    assert capfd.readouterr().out == "There is nothing to stop.\n"


def test_a_localstack_of_somebody_else_is_used_and_left_alone(
    port: int, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with running_server(port, tmp_path):
        assert localstack.main(["up"]) == 0
        assert "by someone else: make localstack-down will leave it" in capfd.readouterr().out

        assert localstack.main(["down"]) == 0

        assert not is_free(port)


@pytest.mark.usefixtures("stand_in")
def test_down_keeps_nothing_but_what_is_slow_to_make_again() -> None:
    assert localstack.main(["up"]) == 0
    index = localstack._state() / "index.dill"
    index.touch()

    assert localstack.main(["down"]) == 0

    left = {path for path in localstack.FOLDER.rglob("*") if path.is_file()}
    venv = localstack.FOLDER / "venv"
    assert left == {
        index,
        localstack.FOLDER / "lock",
        venv / ".complete",
        venv / "bin" / "python",
    }


def test_a_port_in_use_names_the_process(
    port: int, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(localstack, "ANSWER_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", port)):
        assert localstack.main(["up"]) == 2

    error = capfd.readouterr().err
    assert f"Port {port} is in use by process {os.getpid()} (" in error
    assert f"LOCALSTACK_HOST=localhost:{port + 1} make localstack-up" in error


@pytest.mark.usefixtures("stand_in")
def test_up_does_not_start_a_second_one_at_another_port(
    port: int, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert localstack.main(["up"]) == 0
    monkeypatch.setenv("LOCALSTACK_HOST", f"localhost:{port + 1}")

    assert localstack.main(["up"]) == 2

    assert f"up at http://localhost:{port}. Stop that first" in capfd.readouterr().err
    assert not is_free(port)


@pytest.mark.usefixtures("stand_in")
def test_a_failed_start_shows_the_end_of_the_log(
    port: int, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(localstack, "LAUNCHER", "print('No plugins found'); main()")

    assert localstack.main(["up"]) == 2

    error = capfd.readouterr().err
    log = localstack._state() / "log"
    assert f"{log}:\n  No plugins found\n" in error
    assert re.search(r"NameError.*\nLocalStack ended while it started.*localstack-up\n$", error)
    assert localstack._started() is None


@pytest.mark.usefixtures("stand_in")
def test_a_start_that_takes_too_long_is_given_up(
    port: int, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(localstack, "START_SECONDS", 0.3)
    sleeper = "import time; main = lambda: time.sleep(60); main()"
    monkeypatch.setattr(localstack, "LAUNCHER", sleeper)

    assert localstack.main(["up"]) == 2

    assert "LocalStack is not up after 0.3 s" in capfd.readouterr().err
    assert localstack._started() is None


@pytest.mark.usefixtures("stand_in")
def test_an_interrupted_start_stops_what_it_began(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = []

    def interrupt(*_: object) -> None:
        begun.append(pid())
        raise KeyboardInterrupt

    monkeypatch.setattr(localstack, "_wait", interrupt)

    assert localstack.main(["up"]) == 130

    assert localstack._command(begun[0]) == ""
    assert localstack._started() is None


def test_an_installation_cut_short_is_begun_anew(
    programs: Path, stand_in: None, capfd: pytest.CaptureFixture[str]
) -> None:
    make_fail(programs / "uv", "fails")
    assert localstack.main(["up"]) == 2
    assert "uv could not install LocalStack" in capfd.readouterr().err
    (programs / "uv.fails").unlink()
    calls(programs / "uv")

    assert localstack.main(["up"]) == 0
    assert [call.split()[0] for call in calls(programs / "uv")] == ["venv", "pip"]
    assert localstack.main(["down"]) == 0
    assert localstack.main(["up"]) == 0

    assert calls(programs / "uv") == []


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"LOCALSTACK": "podman"}, "LOCALSTACK=podman is unknown: choose docker or process"),
        ({"LOCALSTACK": "docker"}, "LOCALSTACK=docker: there is no docker"),
        ({"LOCALSTACK_HOST": "example.com"}, "only http://localhost can"),
        ({"USE_SSL": "1"}, "only http://localhost can"),
        ({"AWS_ENDPOINT_URL": "https://sts.amazonaws.com"}, "does not name a LocalStack"),
    ],
)
def test_what_cannot_be_started_here_gets_one_sentence(
    variables: dict[str, str],
    sentence: str,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    assert localstack.main(["up"]) == 2

    error = capfd.readouterr().err
    assert sentence in error
    assert error.count("\n") == 1
    assert "make localstack-up" in error


@pytest.mark.parametrize("arguments", [[], ["restart"], ["up", "down"]])
def test_only_up_and_down_are_understood(arguments: list[str]) -> None:
    assert localstack.main(arguments) == 2


def test_docker_is_used_where_its_engine_answers(
    docker: Path, port: int, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COMPOSE_FILE", "users-own")

    assert localstack.main(["up"]) == 0

    assert "in Docker, because a Docker engine answers" in capfd.readouterr().out
    compose = calls(docker)[-1]
    assert compose.endswith("docker-compose.yml up --detach --wait localstack")
    assert re.match(r"compose --project-name secrets-manager-[0-9a-f]{8} --file ", compose)
    environment = docker.with_name("docker.environment").read_text()
    assert f"LOCALSTACK_PORT={port}\n" in environment
    assert "users-own" not in environment

    assert localstack.main(["up"]) == 0
    assert calls(docker) == []
    assert localstack.main(["down"]) == 0
    assert calls(docker)[-1].endswith(" down --volumes --timeout 15")
    assert localstack.main(["down"]) == 0
    assert calls(docker) == []


@pytest.mark.usefixtures("stand_in")
@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ("dead", "no Docker engine answers"),
        ("hangs", "no Docker engine answers"),
        ("old", "docker has no compose plugin"),
    ],
)
def test_a_docker_that_cannot_do_it_is_told_and_not_used(
    docker: Path,
    how: str,
    reason: str,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(localstack, "ENGINE_SECONDS", 0.3)
    make_fail(docker, how)

    assert localstack.main(["up"]) == 0

    assert f"as a process of its own, because {reason}" in capfd.readouterr().out


@pytest.mark.usefixtures("stand_in")
def test_a_process_can_be_had_where_docker_would_do(
    docker: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOCALSTACK", "process")

    assert localstack.main(["up"]) == 0

    assert calls(docker) == []


def test_what_compose_began_and_failed_at_is_removed(
    docker: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    make_fail(docker, "fails")

    assert localstack.main(["up"]) == 2

    verbs = [re.sub(r".*yml ", "", call) for call in calls(docker)]
    assert "logs --tail 15 localstack" in verbs
    assert verbs[-1].startswith("down ")
    assert "Docker Compose failed" in capfd.readouterr().err
    assert localstack._started() is None


def test_a_dead_container_is_removed_and_started_anew(docker: Path) -> None:
    assert localstack.main(["up"]) == 0
    os.kill(int(docker.with_name("docker.pid").read_text()), signal.SIGKILL)
    calls(docker)

    assert localstack.main(["up"]) == 0

    verbs = [re.sub(r".*yml ", "", call).split()[0] for call in calls(docker)]
    assert verbs.index("down") < verbs.index("up")


def test_a_container_is_gone_when_its_engine_is(
    docker: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert localstack.main(["up"]) == 0
    os.kill(int(docker.with_name("docker.pid").read_text()), signal.SIGKILL)
    make_fail(docker, "dead")

    assert localstack.main(["down"]) == 0

    assert "no Docker engine answers, and its container ended" in capfd.readouterr().out


def test_health_is_asked_for_by_no_proxy(
    port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")

    with running_server(port, tmp_path):
        assert localstack.is_healthy(f"http://localhost:{port}")

    assert not localstack.is_healthy(f"http://localhost:{port}")


def test_who_says_nothing_is_not_healthy(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(localstack, "ANSWER_SECONDS", 0.2)

    with socket.create_server(("127.0.0.1", port)):
        assert not localstack.is_healthy(f"http://127.0.0.1:{port}")


def test_the_lock_pins_this_version_by_hash_and_names_no_host() -> None:
    lock = localstack.LOCK.read_text()

    assert f"\nlocalstack-core=={localstack.VERSION} \\\n    --hash=" in lock
    assert len(re.findall(r"==.* \\\n    --hash=", lock)) == lock.count("==") - lock.count(" == '")
    assert "://" not in lock


@pytest.mark.localstack
def test_the_real_one_starts_survives_a_kill_and_leaves_nothing(
    tmp_path: Path, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a checkout of its own, with the real programs and real processes."""
    source = Path(localstack.__file__).parents[1]
    shutil.copytree(source, tmp_path / "src" / "secrets_manager")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "src"))
    monkeypatch.setenv("LOCALSTACK", "process")
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}:{os.defpath}")

    def run(action: str, status: int = 0) -> str:
        command = (sys.executable, "-m", "secrets_manager.lab.localstack", action)
        done = subprocess.run(command, capture_output=True, text=True, timeout=120)
        assert done.returncode == status, done.stderr
        return done.stdout + done.stderr

    try:
        run("up")
        assert "up already, started by make localstack-up" in run("up")
        os.kill(pid(), signal.SIGKILL)
        run("up")
        assert listening(pid()) == {f"127.0.0.1:{port}"}
        secret = get_secrets_client(use_localstack=True)
        secret.create_secret(Name="db", SecretString="correct-horse")
        log = (localstack._state() / "log").read_text()
        assert "CreateSecret => 200" in log
        assert "correct-horse" not in log
    finally:
        assert "has ended" in run("down")
    assert run("down") == "There is nothing to stop.\n"
    assert is_free(port)


def listening(pid: int) -> set[str]:
    """Return the addresses that a process listens on."""
    query = ("lsof", "-nP", "-a", "-p", str(pid), "-iTCP", "-iUDP", "-Fn")
    said = subprocess.run(query, capture_output=True, text=True, timeout=10).stdout
    return {line[1:] for line in said.splitlines() if line.startswith("n") and "->" not in line}
