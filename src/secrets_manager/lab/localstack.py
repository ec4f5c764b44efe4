"""LocalStack, up and down: in Docker where an engine answers, else as a process of its own.

    python -m secrets_manager.lab.localstack up|down
    python -m secrets_manager.lab.localstack with COMMAND…

`LOCALSTACK=docker` or `LOCALSTACK=process` forces one. The process lives in `.localstack`,
and `started` in there names what `up` has started: `down` stops that and nothing else.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from secrets_manager.client import localstack_endpoint
from secrets_manager.lab import environment
from secrets_manager.lab.errors import LabError
from secrets_manager.lab.isolated import INSTALL_SECONDS, install
from secrets_manager.lab.signals import end_as_on_ctrl_c, run_to_its_end

if TYPE_CHECKING:
    from collections.abc import Iterator

VERSION = "4.14.0"  # As in localstack.in and docker-compose.yml: the last that needs no token.
ROOT = environment.ROOT
FOLDER = ROOT / ".localstack"
LOCK = Path(__file__).with_suffix(".lock")

ANSWER_SECONDS = 2
ENGINE_SECONDS = 5
START_SECONDS = 120
WARM_SECONDS = 60  # It reads its catalogue of AWS for the first request: 2 to 11 seconds here.
STOP_SECONDS = 15
LOG_LINES = 15
DOCKER = "docker"

# By itself 4.14.0 listens on all interfaces, whatever address GATEWAY_LISTEN names.
# The folder follows as an argument: by it a process is known to be this checkout's.
LAUNCHER = (
    "import functools; from twisted.internet import endpoints as e; "
    "e.TCP4ServerEndpoint = functools.partial(e.TCP4ServerEndpoint, interface='127.0.0.1'); "
    "from localstack.runtime.main import main; main()"
)


class Started(NamedTuple):
    """What `up` has started: a process, or the container where `pid` is None."""

    pid: int | None
    port: int


def main(arguments: list[str]) -> int:
    """Start or stop LocalStack; return 0, or 2 for what a person can mend, or 130 on Ctrl-C."""
    try:
        return _run(arguments)
    except (LabError, environment.SetupError) as error:
        return _complain(str(error), 2)
    except OSError as error:
        return _complain(f"{error}. When that is mended: make localstack-up", 2)
    except KeyboardInterrupt:
        return _complain("\nInterrupted. To see that nothing is left: make localstack-down", 130)


def _run(arguments: list[str]) -> int:
    match arguments:
        case ["up"]:
            with _alone():
                up()
        case ["down"]:
            with _alone():
                down()
        case ["with", *command] if command:
            return _with_localstack(command)
        case _:
            message = "Say up or down: make localstack-up, or: make localstack-down"
            raise LabError(message)
    return 0


@contextmanager
def _alone() -> Iterator[None]:
    """Let of two in two terminals one wait for the other."""
    FOLDER.mkdir(mode=0o700, exist_ok=True)
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _with_localstack(command: list[str]) -> int:
    """Run a command while LocalStack is up; stop it afterwards where this call started it."""
    was_up = is_healthy(_endpoint())
    with _alone():
        up()
    try:
        return run_to_its_end(command)
    finally:
        if not was_up:
            with _alone():
                down()


def up() -> None:
    """Start LocalStack unless it answers already, and wait until it has answered a request.

    Raises:
        LabError: It cannot be started as it was asked for, or it does not start.
    """
    endpoint, forced = _endpoint(), _forced()
    if is_healthy(endpoint):
        _say(f"LocalStack is up already, started {_by_whom(endpoint)}.")
    else:
        _refuse_second(endpoint)
        _stop()  # What a crash has left, which does not answer.
        _refuse_taken_port(endpoint)
        _start(endpoint, in_docker=_choose_docker(forced))
    _say(f"LocalStack answers at {endpoint}. Use it: BACKEND=localstack make examples")


def down() -> None:
    """Stop what `up` started, and remove all that it left but what is slow to make again.

    Raises:
        LabError: It cannot be stopped.
    """
    _say(_stop() or "There is nothing to stop.")
    _remove_state()


def is_healthy(endpoint: str) -> bool:
    """Return whether a LocalStack with a Secrets Manager answers within 2 seconds."""
    try:
        health = json.loads(_ask(endpoint, "GET", "/_localstack/health", ANSWER_SECONDS))
        return health["services"]["secretsmanager"] in ("available", "running")
    except (OSError, HTTPException, ValueError, KeyError, TypeError):
        return False


def _ask(
    endpoint: str, method: str, path: str, seconds: float, headers: dict[str, str] | None = None
) -> bytes:
    """Return the body of an answer, which no proxy of the environment has a part in.

    Raises:
        OSError: There is none in time.
        HTTPException: It is no HTTP, or has another status than 200.
    """
    url = urlsplit(endpoint)
    kind = HTTPSConnection if url.scheme == "https" else HTTPConnection
    connection = kind(url.hostname or "", url.port, timeout=seconds)
    try:
        connection.request(method, path, "{}" if method == "POST" else None, headers or {})
        response = connection.getresponse()
        body = response.read()
    finally:
        connection.close()
    if response.status != 200:
        raise HTTPException(response.status)
    return body


def _endpoint() -> str:
    """Return where LocalStack is to be.

    Raises:
        LabError: That is not on this machine, or not plain HTTP.
    """
    try:
        endpoint = localstack_endpoint()
    except ValueError as error:
        message = f"{error}. Unset it, then: make localstack-up"
        raise LabError(message) from None
    url = urlsplit(endpoint)
    if url.scheme != "http" or url.hostname not in ("localhost", "127.0.0.1"):
        message = (
            f"{endpoint} cannot be started here, only http://localhost can. Name a port of it, "
            "as in: env -u USE_SSL LOCALSTACK_HOST=localhost:4567 make localstack-up"
        )
        raise LabError(message)
    return endpoint


def _port(endpoint: str) -> int:
    return urlsplit(endpoint).port or 80


def _forced() -> str:
    """Return what `LOCALSTACK` asks for: docker, process or nothing.

    Raises:
        LabError: It asks for something else.
    """
    forced = os.environ.get("LOCALSTACK", "").strip()
    if forced not in ("", "docker", "process"):
        message = (
            f"LOCALSTACK={forced} is unknown: choose docker or process, "
            "as in: LOCALSTACK=process make localstack-up"
        )
        raise LabError(message)
    return forced


def _choose_docker(forced: str) -> bool:
    """Return whether to use Docker, and say why.

    Raises:
        LabError: Docker was asked for, and is not there.
    """
    problem = "" if forced == "process" else _docker_problem()
    if forced == "docker" and problem:
        message = f"LOCALSTACK=docker: {problem}. Without it: LOCALSTACK=process make localstack-up"
        raise LabError(message)
    reason = f"LOCALSTACK={forced}" if forced else problem or "a Docker engine answers"
    in_docker = forced != "process" and not problem
    how = "in Docker" if in_docker else "as a process of its own"
    _say(f"Starting LocalStack {VERSION} {how}, because {reason} …")
    return in_docker


def _docker_problem() -> str:
    """Return why Docker cannot run a container here, or nothing."""
    if not shutil.which(DOCKER):
        return "there is no docker"
    for arguments, problem in (
        (("info",), "no Docker engine answers"),
        (("compose", "version"), "docker has no compose plugin"),
    ):
        try:
            subprocess.run(
                (DOCKER, *arguments), capture_output=True, timeout=ENGINE_SECONDS, check=True
            )
        except (OSError, subprocess.SubprocessError):
            return problem
    return ""


def _start(endpoint: str, *, in_docker: bool) -> None:
    """Start LocalStack and wait until it has answered; what does not get there is stopped.

    Raises:
        LabError: It does not start.
    """
    _remove_state()
    try:
        process = (_start_container if in_docker else _start_process)(_port(endpoint))
        with _elapsed():
            _wait(endpoint, process)
            _warm(endpoint)
    except BaseException as error:
        if isinstance(error, LabError):
            _show_log()
        _stop()
        raise


def _start_container(port: int) -> None:
    """Start the container and wait until Docker finds it healthy.

    Raises:
        LabError: It does not get there; Docker's own words are on the screen.
    """
    _mark(Started(None, port))
    if _compose("up", "--detach", "--wait", "localstack", port=port) != 0:
        _compose("logs", "--tail", str(LOG_LINES), "localstack")
        message = (
            "Docker Compose failed, its own words are above. When that is mended: "
            "make localstack-up; or without Docker: LOCALSTACK=process make localstack-up"
        )
        raise LabError(message)


def _compose(*arguments: str, port: int = 4566) -> int:
    """Run Docker Compose on a project that is this checkout's alone; return its exit status."""
    project = f"secrets-manager-{hashlib.sha256(bytes(ROOT)).hexdigest()[:8]}"
    which = ("--project-name", project, "--file", str(ROOT / "docker-compose.yml"))
    users = {name: value for name, value in os.environ.items() if not name.startswith("COMPOSE_")}
    try:
        return subprocess.run(
            (DOCKER, "compose", *which, *arguments),
            env={**users, "LOCALSTACK_PORT": str(port)},
            timeout=INSTALL_SECONDS,
        ).returncode
    except subprocess.TimeoutExpired:
        return 124


def _start_process(port: int) -> subprocess.Popen[bytes]:
    """Start LocalStack in a session of its own, with nothing of the user's environment.

    Raises:
        LabError: It could not be installed.
    """
    with _elapsed():
        python = _install()
    state = _state()
    (state / "home").mkdir(parents=True, exist_ok=True)
    with (state / "log").open("wb") as log:
        process = subprocess.Popen(
            (python, "-I", "-u", "-c", LAUNCHER, FOLDER),
            cwd=state,
            env={
                "PATH": os.defpath,
                "HOME": str(state / "home"),
                "FILESYSTEM_ROOT": str(state),
                "OVERRIDE_IN_DOCKER": "0",  # Else it writes to /usr and /var in any container.
                "GATEWAY_LISTEN": f"127.0.0.1:{port}",
                "LOCALSTACK_HOST": f"localhost:{port}",
                "SERVICES": "secretsmanager,sts",
                # It works without the network; these spare it the attempts.
                "DISABLE_EVENTS": "1",
                "SKIP_SSL_CERT_DOWNLOAD": "1",
                "DNS_ADDRESS": "0",
            },
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    _mark(Started(process.pid, port))
    return process


def _install() -> Path:
    """Return the Python of LocalStack's own environment: it pins an old boto3, and replaces moto.

    Raises:
        LabError: The installer failed.
    """
    note = "Installing it into .localstack (once, 140 MB, a minute at most) …"
    return install(
        *(FOLDER / "venv", LOCK),
        what="LocalStack",
        again="make localstack-up",
        say=partial(_say, note),
    )


def _wait(endpoint: str, process: subprocess.Popen[bytes] | None) -> None:
    """Wait until LocalStack is healthy.

    Raises:
        LabError: It ended, or is not healthy after 120 seconds.
    """
    deadline = time.monotonic() + START_SECONDS
    while not is_healthy(endpoint):
        ended = process is not None and process.poll() is not None
        if ended or time.monotonic() > deadline:
            problem = "ended while it started" if ended else f"is not up after {START_SECONDS} s"
            message = f"LocalStack {problem}. When that is mended: make localstack-up"
            raise LabError(message)
        time.sleep(0.2)


def _warm(endpoint: str) -> None:
    """Make the first request, which takes seconds that no lesson should be charged with.

    Raises:
        LabError: It is refused, or not answered.
    """
    headers = {
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Target": "secretsmanager.ListSecrets",
        # The service is read off this, the signature is not.
        "Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/secretsmanager/"
        "aws4_request, SignedHeaders=host, Signature=none",
    }
    try:
        _ask(endpoint, "POST", "/", WARM_SECONDS, headers)
    except (OSError, HTTPException) as error:
        message = f"LocalStack is up but fails at ListSecrets ({error!r}). Try: make localstack-up"
        raise LabError(message) from error


def _stop() -> str:
    """Stop what `up` started, and return what that was, or nothing.

    Raises:
        LabError: It cannot be stopped.
    """
    started = _started()
    stopped = ""
    if started and _is_alive(started):
        stopped = "LocalStack is stopped: "
        if started.pid is None:
            stopped += _stop_container(started.port)
        else:
            _stop_process(started)
            stopped += f"its process {started.pid} has ended."
    (FOLDER / "started").unlink(missing_ok=True)
    return stopped


def _stop_container(port: int) -> str:
    """Remove the container, running or dead, and its volumes; return what became of it.

    Raises:
        LabError: Docker does not do it.
    """
    problem = _docker_problem()
    if problem and not is_healthy(f"http://localhost:{port}"):
        return f"{problem}, and its container ended with that."
    if problem or _compose("down", "--volumes", "--timeout", str(STOP_SECONDS)) != 0:
        message = (
            f"LocalStack's container is not removed: {problem or 'Docker Compose failed'}. "
            "When that is mended: make localstack-down"
        )
        raise LabError(message)
    return "its container is removed."


def _stop_process(started: Started) -> None:
    """Kill the process and its children at once: what it would save is about to be removed.

    Raises:
        LabError: It is still there after 15 seconds.
    """
    pid, deadline = started.pid or 0, time.monotonic() + STOP_SECONDS
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)  # It leads a session of its own.
    while _is_alive(started) or _is_taken("127.0.0.1", started.port):
        if time.monotonic() > deadline:
            message = f"LocalStack does not end. Kill process {pid}, then: make localstack-down"
            raise LabError(message)
        time.sleep(0.02)


def _started() -> Started | None:
    """Return what `up` noted last, or None where that is nothing or no longer readable."""
    try:
        pid, port = json.loads((FOLDER / "started").read_text())
        return Started(pid, port)
    except (OSError, ValueError, TypeError):
        return None


def _mark(started: Started) -> None:
    (FOLDER / "started").write_text(json.dumps(started))


def _is_alive(started: Started) -> bool:
    """Return whether it may still run; a process id that was given to another does not count."""
    if started.pid is None:
        return True
    for _ in range(3):  # In the middle of its exec a process shows no command line.
        if command := _command(started.pid):
            return command.endswith(f"; main() {FOLDER}")
        time.sleep(0.01)
    return False


def _by_whom(endpoint: str) -> str:
    started = _started()
    if started and started.port == _port(endpoint) and _is_alive(started):
        return "by make localstack-up"
    return "by someone else: make localstack-down will leave it alone"


def _refuse_second(endpoint: str) -> None:
    """See that what `up` started does not answer at another port.

    Raises:
        LabError: It does.
    """
    started = _started()
    if started and started.port != _port(endpoint) and _is_alive(started):
        other = f"http://localhost:{started.port}"
        if is_healthy(other):
            message = f"LocalStack is up at {other}. Stop that first: make localstack-down"
            raise LabError(message)


def _refuse_taken_port(endpoint: str) -> None:
    """See that nothing else answers at the endpoint.

    Raises:
        LabError: Something does; the message names it.
    """
    port = _port(endpoint)
    if _is_taken(urlsplit(endpoint).hostname, port):
        pid = _listener(port)
        who = f"process {pid} ({_command(pid)[:100]})" if pid else "another user's process"
        message = (
            f"Port {port} is in use by {who}. Stop that, or choose another port: "
            f"LOCALSTACK_HOST=localhost:{port + 1} make localstack-up"
        )
        raise LabError(message)


def _is_taken(host: str | None, port: int) -> bool:
    try:
        socket.create_connection((host, port), ANSWER_SECONDS).close()
    except OSError:
        return False
    return True


def _listener(port: int) -> int | None:
    """Return the process that listens on *port*, as far as this user may know."""
    if not Path("/proc/net/tcp").exists():  # macOS, which brings lsof.
        query = ("lsof", "-nP", "-t", f"-iTCP:{port}", "-sTCP:LISTEN")
        found = _output(query).split()
        return int(found[0]) if found else None
    sockets = set()
    for table in Path("/proc/net").glob("tcp*"):
        for row in table.read_text().splitlines()[1:]:
            _, local, _, status, *_, inode = row.split()[:10]
            if status == "0A" and int(local.rpartition(":")[2], 16) == port:
                sockets.add(f"socket:[{inode}]")
    for descriptor in Path("/proc").glob("[0-9]*/fd/*"):
        with suppress(OSError):
            if str(descriptor.readlink()) in sockets:
                return int(descriptor.parts[2])
    return None


def _command(pid: int) -> str:
    """Return the command line of a process, or nothing when it has ended."""
    if not Path("/proc/self/cmdline").exists():
        return _output(("ps", "-ww", "-o", "command=", "-p", str(pid))).strip()
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().rstrip(b"\0").split(b"\0")
    except OSError:
        return ""
    return b" ".join(words).decode(errors="replace")


def _output(command: tuple[str, ...]) -> str:
    return subprocess.run(
        command, capture_output=True, text=True, errors="replace", timeout=ENGINE_SECONDS
    ).stdout


def _state() -> Path:
    return FOLDER / "state"


def _remove_state() -> None:
    """Remove log, key and certificate; keep LocalStack's index of AWS, which takes it seconds."""
    for path in _state().rglob("*"):
        if path.is_symlink() or (path.is_file() and path.suffix != ".dill"):
            path.unlink()


def _show_log() -> None:
    log = _state() / "log"
    if log.exists():
        tail = log.read_text(errors="replace").splitlines()[-LOG_LINES:]
        print(f"The end of its log, {log}:", *tail, sep="\n  ", file=sys.stderr)


@contextmanager
def _elapsed() -> Iterator[None]:
    """Show the seconds that pass, where there is a terminal to show them on."""
    begun, done = time.monotonic(), threading.Event()

    def show() -> None:
        while sys.stdout.isatty() and not done.wait(1):
            print(f"\r{time.monotonic() - begun:3.0f} s ", end="\r", flush=True)

    thread = threading.Thread(target=show, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _say(text: str) -> None:
    print(text, flush=True)


def _complain(sentence: str, status: int) -> int:
    sys.stdout.flush()
    print(sentence, file=sys.stderr)
    return status


if __name__ == "__main__":
    end_as_on_ctrl_c()
    sys.exit(main(sys.argv[1:]))
