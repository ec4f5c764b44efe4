"""Build the course's Python environment in `.venv`, or see that it is complete.

`make setup` runs this file with the system's Python, before anything is installed:
it needs the standard library alone, and Pythons too old for the course (3.6 and later) can read it.
"""

import csv
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from subprocess import DEVNULL

OLDEST = (3, 11)
ROOM_BYTES = 1_000_000_000  # The environment and the installer's cache, with room to spare.

ROOT = Path(__file__).resolve().parents[3]
LOCK = ROOT / "requirements.lock"
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
STAMP = VENV / ".complete"
PRIVATE_UV = ROOT / ".uv"

# Not so where the system's Python that it stands on was replaced by another version.
HAS_ITS_PACKAGES = "any('site-packages' in place for place in sys.path)"


class SetupError(Exception):
    """What stops the set-up, in one sentence that ends in what to do next."""


def main() -> int:
    """Make the environment complete; say so only where there was something to do."""
    try:
        with LOCK.open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # Of two in two terminals, one waits for the other.
            if not is_complete():
                build(find_python())
    except SetupError as error:
        return complain(str(error), 2)
    except OSError as error:  # A disk that is full or read-only, a file that is missing.
        where = f": {error.filename}" if error.filename else ""
        return complain(f"{error.strerror}{where}. Mend it, then: make setup", 2)
    except KeyboardInterrupt:
        return complain("stopped; what was begun is finished by: make setup", 130)
    return 0


def is_complete() -> bool:
    """Return whether `.venv` was built from this lock, in this place, and lost no file since."""
    try:
        return (
            STAMP.read_text() == fingerprint()
            and says_yes(VENV_PYTHON, HAS_ITS_PACKAGES)
            and all(files_exist(installed) for installed in distributions())
        )
    except (OSError, ValueError, IndexError, csv.Error):  # A damaged file is a lost one.
        return False


def fingerprint() -> str:
    """Return a digest of all that the environment depends on, and of what is installed in it."""
    digest = hashlib.sha256(str(ROOT).encode())
    for source in (LOCK, ROOT / "pyproject.toml"):
        digest.update(source.read_bytes())
    for installed in sorted(distributions()):
        digest.update(installed.name.encode())
    return digest.hexdigest()


def distributions() -> "list[Path]":
    """Return the folders that describe what is installed."""
    return list(VENV.glob("lib/*/*/*.dist-info"))


def files_exist(installed: Path) -> bool:
    """Return whether every file that a distribution's RECORD lists is there, whole."""
    site = f"{installed.parent}/"
    with (installed / "RECORD").open(newline="") as rows:
        return all(is_whole(site + row[0], row[2]) for row in csv.reader(rows))


def is_whole(path: str, size: str) -> bool:
    """Return whether a file is there, and has as many bytes as it is said to have, if it is."""
    found = os.stat(path).st_size  # noqa: PTH116 - Thousands of files: Path takes its time.
    return not size or found == int(size)


def says_yes(python: "str | Path", question: str) -> bool:
    """Return whether this Python starts and finds an expression about `sys` to be true."""
    return starts(python, "-I", "-c", f"import sys; sys.exit(not ({question}))")


def starts(*command: "str | Path") -> bool:
    """Return whether a program starts, which one for another machine does not, and succeeds."""
    try:
        return subprocess.run(command, stdout=DEVNULL, stderr=DEVNULL).returncode == 0
    except OSError:
        return False


def find_python() -> str:
    """Return this Python, or a newer one from the PATH where this one is too old.

    Raises:
        SetupError: There is none that is new enough.
    """
    if sys.version_info >= OLDEST:
        # In an activated .venv this is .venv's own, about to be removed: what it links to stays.
        in_venv = sys.prefix != sys.base_prefix
        return os.path.realpath(sys.executable) if in_venv else sys.executable
    for minor in range(OLDEST[1], 20):
        found = shutil.which(f"python3.{minor}")
        if found and says_yes(found, f"sys.version_info >= {OLDEST}"):
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
    if found and starts(found, "--version"):
        return found
    uv = PRIVATE_UV / "bin" / "uv"
    if not starts(uv, "--version"):
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
    if subprocess.run(command, cwd=ROOT, env=installers_environment()).returncode != 0:
        message = (
            f"{Path(command[0]).name} failed, its own words are above. When that is mended "
            "(often the network, or Debian's package python3-venv): make setup"
        )
        raise SetupError(message)


def installers_environment() -> "dict[str, str]":
    """Return this environment without what sends pip's work elsewhere; mirrors and proxies stay."""
    unwanted = (
        "USER",
        "TARGET",
        "PREFIX",
        "ROOT",
        "DRY_RUN",
        "CONSTRAINT",
        "REQUIREMENT",
        "NO_BINARY",
    )
    names = {f"PIP_{name}" for name in unwanted}
    return {name: value for name, value in os.environ.items() if name not in names}


def remove(folder: Path) -> None:
    """Remove a folder that the project made; a link goes, what it points at stays."""
    if folder.is_symlink() or folder.is_file():
        folder.unlink()
    elif folder.exists():
        shutil.rmtree(folder)


def complain(sentence: str, status: int) -> int:
    """Tell the learner what went wrong, and return the exit status."""
    print(f"make setup: {sentence}", file=sys.stderr)
    return status


def say(text: str) -> None:
    """Tell the learner what takes time."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
