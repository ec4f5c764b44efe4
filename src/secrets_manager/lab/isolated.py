"""Programs that cannot share the course's environment: each has one of its own, from a lock."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from typing import TYPE_CHECKING

from secrets_manager.lab import environment
from secrets_manager.lab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

INSTALL_SECONDS = 600


def install(venv: Path, lock: Path, *, what: str, again: str, say: Callable[[], None]) -> Path:
    """Return the Python of the environment *venv*, made anew from *lock* unless it is complete.

    *say* is called before an installation, which takes a while.

    Raises:
        LabError: The installer failed; the message names *what*, and *again* as the next command.
    """
    python, stamp = venv / "bin" / "python", venv / ".complete"
    made_of = lock.read_bytes() + f"{sys.version}{venv}".encode()
    wanted = hashlib.sha256(made_of).hexdigest()
    complete = stamp.exists() and stamp.read_text() == wanted
    if complete and environment.starts(python, "-I", "-c", ""):
        return python
    say()
    uv = environment.find_uv(sys.executable)
    environment.remove(venv)
    into = ("--quiet", "--python", str(python))
    for command in (
        (uv, "venv", "--quiet", "--no-project", "--python", sys.executable, str(venv)),
        (uv, "pip", "sync", *into, "--require-hashes", str(lock)),
    ):
        try:
            subprocess.run(command, cwd=lock.parent, timeout=INSTALL_SECONDS, check=True)
        except subprocess.SubprocessError as error:
            message = (
                f"uv could not install {what}, its own words are above. When that is mended "
                f"(often the network): {again}"
            )
            raise LabError(message) from error
    stamp.write_text(wanted)  # Last, so that an installation cut short is seen as one.
    return python
