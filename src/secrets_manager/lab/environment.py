"""Build the course's Python environment in `.venv`, or see that it is complete.

`make setup` runs this file with the system's Python, before anything is installed:
it needs the standard library alone, and Pythons too old for the course can read it.
"""

from __future__ import annotations

import csv
import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST = (3, 11)
ROOM_BYTES = 1_000_000_000  # The environment and the installer's cache, with room to spare.

ROOT = Path(__file__).resolve().parents[3]
LOCK = ROOT / "requirements.lock"
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
STAMP = VENV / ".complete"
PRIVATE_UV = ROOT / ".uv"


class SetupError(Exception):
    """What stops the set-up, in one sentence that ends in what to do next."""


def main() -> int:
    """Make the environment complete; say so only where there was something to do."""
    try:
        if not is_complete():
            build(find_python())
    except SetupError as error:
        print(f"make setup: {error}", file=sys.stderr)
        return 2
    return 0


def is_complete() -> bool:
    """Return whether `.venv` was built from this lock, in this place, and lost no file since."""
    try:
        return (
            STAMP.read_text() == fingerprint()
            and runs(VENV_PYTHON)
            and all(files_exist(record) for record in VENV.glob("lib/*/*/*.dist-info/RECORD"))
        )
    except OSError:
        return False


def fingerprint() -> str:
    """Return a digest of all that the environment depends on, and of what is installed in it."""
    digest = hashlib.sha256(str(ROOT).encode())
    for source in (LOCK, ROOT / "pyproject.toml"):
        digest.update(source.read_bytes())
    for installed in sorted(VENV.glob("lib/*/*/*.dist-info")):
        digest.update(installed.name.encode())
    return digest.hexdigest()


def files_exist(record: Path) -> bool:
    """Return whether every file that a distribution's RECORD lists is there."""
    site = f"{record.parents[1]}/"
    with record.open(newline="") as rows:
        return all(os.access(site + row[0], os.F_OK) for row in csv.reader(rows))


def runs(python: str | Path) -> bool:
    """Return whether this is a Python that starts and that the course supports."""
    code = f"import sys; sys.exit(sys.version_info < {OLDEST})"
    try:
        return subprocess.run([python, "-I", "-c", code], capture_output=True).returncode == 0
    except OSError:
        return False


def find_python() -> str:
    """Return this Python, or a newer one from the PATH where this one is too old.

    Raises:
        SetupError: There is none that is new enough.
    """
    if sys.version_info >= OLDEST:
        return sys.executable
    for minor in range(OLDEST[1], 20):
        found = shutil.which(f"python3.{minor}")
        if found and runs(found):
            return found
    mine, oldest = (".".join(map(str, version[:2])) for version in (sys.version_info, OLDEST))
    message = (
        f"Python {mine} is too old, the course needs {oldest} or newer. "
        "Install one, or name one: make setup PYTHON=/path/to/python3"
    )
    raise SetupError(message)


def build(python: str) -> None:
    """Build `.venv` anew; the stamp comes last, so that a build cut short is seen as one.

    Raises:
        SetupError: There is no room, or an installer failed.
    """
    free = shutil.disk_usage(ROOT).free
    if free < ROOM_BYTES:
        message = (
            f"the disk has {free // 1_000_000} MB free and the course needs "
            f"{ROOM_BYTES // 1_000_000} MB. Make room, then: make setup"
        )
        raise SetupError(message)
    remove(VENV)
    uv = find_uv(python)
    into_venv = ("--quiet", "--python", str(VENV_PYTHON))
    say("Installing the course's packages into .venv (once, a minute at most) …")
    run(uv, "venv", "--quiet", "--no-project", "--python", python, str(VENV))
    run(uv, "pip", "sync", *into_venv, "--compile-bytecode", "--require-hashes", str(LOCK))
    run(uv, "pip", "install", *into_venv, "--no-deps", "--no-build-isolation", "-e", str(ROOT))
    STAMP.write_text(fingerprint())
    say("Ready.")


def find_uv(python: str) -> str:
    """Return uv from the PATH, else one of the project's own in a private folder."""
    found = shutil.which("uv")
    if found:
        return found
    uv = PRIVATE_UV / "bin" / "uv"
    if not (uv.exists() and subprocess.run([uv, "--version"], capture_output=True).returncode == 0):
        say("There is no uv here: bringing one into .uv …")
        remove(PRIVATE_UV)
        run(python, "-m", "venv", str(PRIVATE_UV))
        wanted = PRIVATE_UV / "uv.lock.txt"
        wanted.write_text(locked("uv"))
        pip = ("-m", "pip", "--quiet", "--disable-pip-version-check", "install")
        run(str(PRIVATE_UV / "bin" / "python"), *pip, "--require-hashes", "-r", str(wanted))
    os.environ.setdefault("UV_CACHE_DIR", str(PRIVATE_UV / "cache"))
    return str(uv)


def locked(name: str) -> str:
    """Return the lines of requirements.lock, hashes included, that pin one distribution."""
    entry = re.search(rf"^{name}==.*(?:\n +.*)*", LOCK.read_text(), re.MULTILINE)
    if entry is None:
        message = f"{LOCK.name} does not pin {name}. Bring it back: git checkout {LOCK.name}"
        raise SetupError(message)
    return entry[0]


def run(*command: str) -> None:
    """Run an installer, its errors on the screen.

    Raises:
        SetupError: It failed.
    """
    if subprocess.run(command, cwd=ROOT).returncode != 0:
        message = (
            f"{Path(command[0]).name} failed, its own words are above. When that is mended "
            "(often the network, or Debian's package python3-venv): make setup"
        )
        raise SetupError(message)


def remove(folder: Path) -> None:
    """Remove a folder that the project made; a link goes, what it points at stays."""
    if folder.is_symlink():
        folder.unlink()
    elif folder.exists():
        shutil.rmtree(folder)


def say(text: str) -> None:
    """Tell the learner what takes time."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("make setup: stopped; what was begun is finished by: make setup")
