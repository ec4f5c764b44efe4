"""Run one throw-away PostgreSQL for as long as its owner lives.

`embedded.py` starts this file as a process of its own: `python -I -S postgres_keeper.py BINARIES`.
Standard input is the line to the owner: when a byte or its end arrives, the server goes, and its
folder with it. So nothing is left behind when the owner is killed. Standard output tells the owner
the port and the password, or what went wrong, as one line of JSON.
"""

from __future__ import annotations

import errno
import fcntl
import functools
import json
import os
import pwd
import select
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PREFIX = "secrets-course-postgres-"
INITDB_SECONDS = 60.0
START_SECONDS = 30.0
STOP_SECONDS = 5.0
POLL_SECONDS = 0.005
MEMORY = Path("/dev/shm")  # noqa: S108 - A data folder is made there in half the time.
CHOICES = ("TMPDIR", "TEMP", "TMP")
ROOM = 256_000_000  # Bytes, for some servers at once.
OWNER_SECONDS = 1.0
PORT_TRIES = 10
INITDB_OPTIONS = (
    *("--username=postgres", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C"),
    # A hash that is slow to guess takes half the time of a login; these end with their server.
    *("--wal-segsize=1", "--no-sync", "--set=scram_iterations=1"),
)
# Shared memory in files of the data folder goes with the folder, whoever kills the server.
SERVER_OPTIONS = (
    *("-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "fsync=off"),
    *("-c", "shared_buffers=16MB", "-c", "dynamic_shared_memory_type=mmap"),
)


class ServerFailedError(Exception):
    """The server cannot run; the text says why, in one sentence."""


class OwnerGoneError(Exception):
    """The owner has ended, or wants the server to end."""


def main() -> None:
    """Keep a server, and tell the owner about it or about what went wrong."""
    # The owner gets these too, where all of a session or a container is ended; the rest is cleanup.
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, lambda *_: None)  # SIG_IGN would be inherited by the server.
    try:
        keep(Path(sys.argv[1]))
    except ServerFailedError as error:
        tell(error=str(error))
    except OSError as error:
        place = Path(error.filename).parent if error.filename else temporary_folder()
        tell(error=explain(f"{error.strerror}: {error.filename or place}", place))
    except OwnerGoneError:
        pass


def keep(binaries: Path) -> None:
    """Make a server in a new folder and keep it until the owner goes."""
    sweep()
    owner = os.getppid()
    with new_folder() as folder:
        program = runnable(binaries, folder)
        password = initialise(program, folder)
        with running(program, folder) as port:
            tell(port=port, password=password)
            # A process that the owner forked may hold the pipe open: so look at the parent too.
            while os.getppid() == owner and not select.select([0], [], [], OWNER_SECONDS)[0]:
                pass


@contextmanager
def new_folder() -> Iterator[Path]:
    """Make a folder that the server's user can enter; remove it in the end.

    A lock on it, which the kernel drops when this process dies, tells `sweep` that it is in use.
    """
    while True:
        folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=temporary_folder()))
        with locked(folder) as is_mine:
            if is_mine:  # Else another start swept it up before it was locked.
                try:
                    yield folder
                finally:
                    remove(folder)
                return


@contextmanager
def locked(folder: Path) -> Iterator[bool]:
    """Lock *folder*, and yield whether that could be done while it was still there."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_NOFOLLOW | os.O_DIRECTORY)
    except FileNotFoundError:
        yield False
        return
    try:
        yield flock(descriptor) and folder.exists()
    finally:
        os.close(descriptor)


def flock(descriptor: int) -> bool:
    """Return whether an open folder could be locked at once."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def temporary_folders() -> list[Path]:
    """Return where folders may be made: the user's choice (CHOICES), in memory, and on a disk."""
    chosen = [Path(tempfile.gettempdir()).resolve()]
    in_memory = [MEMORY] if is_roomy(MEMORY) else []
    first = [*chosen, *in_memory] if any(map(os.environ.get, CHOICES)) else [*in_memory, *chosen]
    return [*first, Path("/tmp"), Path("/var/tmp")]  # noqa: S108


def is_roomy(folder: Path) -> bool:
    """Return whether a server and its programs have room in *folder*, and can run there."""
    try:
        status = os.statvfs(folder)
    except OSError:
        return False
    may_run = not status.f_flag & getattr(os, "ST_NOEXEC", 0)  # macOS does not tell.
    return may_run and status.f_bavail * status.f_frsize > ROOM


def temporary_folder() -> Path:
    """Return the first temporary folder that the server's user can enter."""
    for folder in temporary_folders():
        above = (folder, *folder.parents)
        if os.geteuid() != 0 or all(step.stat().st_mode & 0o001 for step in above if step.exists()):
            return folder
    message = "The user nobody, who must run PostgreSQL for root, can enter no temporary folder."
    raise ServerFailedError(message)


def identity() -> dict[str, Any]:
    """Return how `Popen` starts the server: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        message = "PostgreSQL refuses to run as root, and there is no user nobody to run it."
        raise ServerFailedError(message) from None
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def give(path: Path) -> None:
    """Make *path* the server's own where that is another user than ours."""
    who = identity()
    if who:
        os.chown(path, who["user"], who["group"])


def runnable(binaries: Path, folder: Path) -> Path:
    """Return where the server's user can run the binaries: in their place, else in a copy."""
    if set(str(binaries)) & set('"$`\\'):  # initdb hands its own path to a shell.
        return copied(binaries, folder)
    if not identity():
        return binaries
    folder.chmod(0o711)
    with suppress(PermissionError):
        version = [str(binaries / "bin" / "postgres"), "--version"]
        subprocess.run(version, cwd="/", stdout=subprocess.DEVNULL, check=False, **identity())
        return binaries
    return copied(binaries, folder)


def copied(binaries: Path, folder: Path) -> Path:
    """Copy what a server needs of the binaries into *folder*, as the server's user's own."""
    package = binaries.parent
    copy = folder / "copy" / package.name / binaries.name
    for name in ("bin/initdb", "bin/postgres"):
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(binaries / name, copy / name)
    for name in ("lib/postgresql", "share"):
        shutil.copytree(binaries / name, copy / name)
    # Wheels keep shared libraries beside the package on Linux, inside it on macOS.
    for libraries in (package.with_name(f"{package.name}.libs"), package / ".dylibs"):
        if libraries.exists():
            place = folder / "copy" / libraries.relative_to(package.parent)
            shutil.copytree(libraries, place)
    for path in (folder / "copy", *folder.glob("copy/**/*")):
        give(path)
    return copy


def initialise(program: Path, folder: Path) -> str:
    """Make the data folder, and return the administrator's password."""
    password, passwords, data = os.urandom(24).hex(), folder / "password", folder / "data"
    data.mkdir(mode=0o700)
    passwords.touch(mode=0o600)
    passwords.write_text(password)
    give(data)
    give(passwords)
    arguments = [*INITDB_OPTIONS, f"--pwfile={passwords}", f"--pgdata={data}"]
    # Not cut short when the owner goes: its children would leave shared memory behind.
    with (
        started(program / "bin" / "initdb", arguments, folder) as initdb,
        suppress(subprocess.TimeoutExpired),
    ):
        initdb.wait(INITDB_SECONDS)
    passwords.unlink()
    if initdb.returncode != 0:
        raise ServerFailedError(explain(tail(folder), folder.parent))
    return password


@contextmanager
def running(program: Path, folder: Path) -> Iterator[int]:
    """Run the server on a free port of 127.0.0.1 and yield the port."""
    for _ in range(PORT_TRIES):
        port = free_port()
        arguments = ["-D", str(folder / "data"), "-p", str(port), *SERVER_OPTIONS]
        with started(program / "bin" / "postgres", arguments, folder) as server:
            wait_until(lambda: server.poll() is not None or is_ready(folder), START_SECONDS)
            if server.returncode is None and is_ready(folder):
                yield port
                return
        if "Address already in use" not in tail(folder):
            break
    raise ServerFailedError(explain(tail(folder), folder.parent))


def free_port() -> int:
    """Return a port that is free now; somebody may take it before the server does."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def is_ready(folder: Path) -> bool:
    """Return whether the server takes connections: line 8 of its postmaster.pid says so."""
    try:
        lines = (folder / "data" / "postmaster.pid").read_text().splitlines()
    except OSError:
        return False
    return [line.strip() for line in lines[7:8]] == ["ready"]


@contextmanager
def started(program: Path, arguments: list[str], folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run one of PostgreSQL's programs, with the log for its words; end it in the end."""
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen(
            [program, *arguments],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            **identity(),
        ) as process,
    ):
        try:
            yield process
        finally:
            end(process.pid, lambda: process.poll() is None)


def end(pid: int, is_alive: Callable[[], bool]) -> None:
    """End the process group *pid*: as fast as is clean, and then as fast as there is."""
    for signum in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        deadline = time.monotonic() + STOP_SECONDS
        with suppress(ProcessLookupError):
            if is_alive():
                os.killpg(pid, signum)
        while is_alive() and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)


def wait_until(is_done: Callable[[], bool], seconds: float) -> None:
    """Wait until *is_done* or the deadline, in seconds from now.

    Raises:
        OwnerGoneError: Nobody needs the result any more.
    """
    deadline = time.monotonic() + seconds
    while not is_done() and time.monotonic() < deadline:
        if select.select([0], [], [], POLL_SECONDS)[0]:
            raise OwnerGoneError


def remove(folder: Path) -> None:
    """Remove *folder*; a killed server's last children may still write for a moment."""
    deadline = time.monotonic() + STOP_SECONDS
    while folder.exists() and time.monotonic() < deadline:
        shutil.rmtree(folder, ignore_errors=True)
        if folder.exists():
            time.sleep(POLL_SECONDS)


def sweep() -> None:
    """End the servers and remove the folders of this user whose keeper is dead."""
    for place in {MEMORY, *temporary_folders()}:
        for folder in place.glob(f"{PREFIX}*"):
            if is_own(folder):
                with locked(folder) as is_abandoned:
                    if is_abandoned:
                        end_servers(folder)
                        remove(folder)


def is_own(folder: Path) -> bool:
    """Return whether *folder* is a folder, not a link, and was made by this user."""
    try:
        status = folder.lstat()
    except FileNotFoundError:
        return False
    return stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid()


def end_servers(folder: Path) -> None:
    """End whatever still runs in *folder*."""
    for pid in server_processes(folder):
        end(pid, functools.partial(lambda pid: pid in server_processes(folder), pid))


def server_processes(folder: Path) -> list[int]:
    """Return the ids of PostgreSQL's programs that were started for *folder*."""
    wanted = (f"-D\0{folder}/data", f"-D {folder}/data", f"--pgdata={folder}/data")
    return [pid for pid, command in commands() if any(argument in command for argument in wanted)]


def commands() -> Iterator[tuple[int, str]]:
    """Yield the id and the command line of every process that this user may see."""
    if not Path("/proc/self/cmdline").exists():  # As on macOS.
        listing = subprocess.run(
            ["/bin/ps", "-axo", "pid=,command="], capture_output=True, text=True, check=False
        )
        for line in listing.stdout.splitlines():
            pid, _, command = line.strip().partition(" ")
            yield int(pid), command
        return
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            yield int(path.parent.name), os.fsdecode(path.read_bytes())


def tail(folder: Path) -> str:
    """Return the last words of PostgreSQL's program."""
    return (folder / "log").read_text(errors="replace")[-1000:].strip()


def explain(words: str, place: Path) -> str:
    """Return why there is no server in *place*, from the words of who noticed, in a sentence."""
    full = (os.strerror(errno.ENOSPC), os.strerror(errno.EDQUOT))
    if any(reason in words for reason in full):
        return (
            f"The disk of {place} is full, the embedded PostgreSQL needs 60 MB there. "
            "Make room, or name another folder with TMPDIR."
        )
    said = " ".join(words.split()).rstrip(".") or "it says nothing, for too long"
    return f"The embedded PostgreSQL does not start: {said}."


def tell(**news: str | int) -> None:
    """Tell the owner, who may be gone."""
    with suppress(BrokenPipeError):
        print(json.dumps(news), flush=True)


if __name__ == "__main__":
    main()
