"""Measure what an application goes through while its password rotates, by strategy.

Eight threads open a new connection for every operation. Each row of the table is one strategy,
one TTL and one pause after each step of a rotation, on a secret and a role of its own.
Exits 1 when an operation failed under a strategy that promises that none does.

    make bench-rotation                  some minutes; it says how many first
    make bench-rotation ROTATIONS=5      a tenth of that
    make timeline                        writes what it measured into docs/ as well
"""

# ruff: noqa: T201 - A table is what it is for.

from __future__ import annotations

import os
import platform
import re
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from secrets_manager import CachedSecretManager
from secrets_manager.examples import example_3
from secrets_manager.lab.backends import open_backend, unique_prefix
from secrets_manager.lab.errors import LabError
from secrets_manager.lab.postgres import postgres
from secrets_manager.lab.rotation import rotate_secret
from secrets_manager.lab.timeline import svg
from secrets_manager.lab.transcript import GREEN, RED, styled
from secrets_manager.lab.workload import retry_times, under_load

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_secretsmanager import SecretsManagerClient

    from secrets_manager.lab.postgres import Postgres
    from secrets_manager.lab.workload import Load

DOCS = Path(__file__).parents[2] / "docs"
THREADS = 8
ROTATIONS = 50
MOST_ROTATIONS = 1000
TTLS = {"0.1 s": 0.1, "1 h": 3600.0}
PAUSES = (0.0, 0.03)  # Seconds after each step.
# Long enough that what one rotation refused has come through before the next one begins.
SECONDS_BETWEEN_ROTATIONS = 0.35
SECONDS_OF_A_ROTATION = 0.1  # Under this load, its pauses aside; for the forecast alone.
SECONDS_BETWEEN_OPERATIONS = 0.05
DRAWN_ROTATIONS = 5


@dataclass(frozen=True)
class Strategy:
    """How an application lives through rotations."""

    title: str
    alternating: bool
    attempts: int
    seconds_of_backoff: float = 0.0  # Before the second attempt; then doubled each time.
    never_fails: bool = False


ONE_TTL = Strategy("one user, TTL alone", False, 1)
ONE_REFRESH = Strategy("one user, refresh once", False, 2)
ONE_BACKOFF = Strategy("one user, refresh with backoff", False, 7, 0.05, never_fails=True)
TWO_TTL = Strategy("alternating users, TTL alone", True, 1)
TWO_REFRESH = Strategy("alternating users, refresh once", True, 2, never_fails=True)
STRATEGIES = (ONE_TTL, ONE_REFRESH, ONE_BACKOFF, TWO_TTL, TWO_REFRESH)
DRAWN = ((ONE_TTL, "0.1 s"), (ONE_REFRESH, "1 h"), (ONE_BACKOFF, "1 h"), (TWO_REFRESH, "1 h"))


@dataclass(frozen=True)
class Row:
    """One measurement, and the load that came of it."""

    strategy: Strategy
    ttl: str
    pause_seconds: float
    load: Load

    def cells(self) -> list[str]:
        """Return the row in words."""
        failed, rotations = self.load.failed, len(self.load.rotations)
        return [
            self.strategy.title,
            self.ttl,
            f"{self.pause_seconds:g} s",
            f"{len(self.load.outcomes)}",
            f"{self.load.refused}",
            f"{failed}",
            f"{failed / rotations:.1f}",
            *retry_times(self.load),
        ]


HEADINGS = (
    *("strategy", "TTL", "pause", "operations", "refused", "failed"),
    *("a rotation", "p50 retry", "max retry"),
)
WIDTHS = (-32, 6, 7, 11, 8, 7, 11, 10, 10)


def main(arguments: list[str]) -> int:
    """Measure all rows, print them, and write the documents if asked; return the exit status."""
    try:
        rows = measure(rotations_asked_for())
    except LabError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nStopped. What the bench made is deleted.", file=sys.stderr)
        return 130
    broken = [row for row in rows if row.strategy.never_fails and row.load.failed]
    for row in broken:
        where = f"{row.strategy.title}, TTL {row.ttl}, pause {row.pause_seconds:g} s"
        print(f"{where}: {row.load.failed} operations failed, and none may", file=sys.stderr)
    if broken:
        return 1
    print("\nNo operation failed with refresh and backoff, nor with alternating users and refresh.")
    if "--write" in arguments:
        write(rows)
    return 0


def rotations_asked_for() -> int:
    """Return how many rotations a row has.

    Raises:
        LabError: ROTATIONS is not a number in range.
    """
    asked = os.environ.get("ROTATIONS", "").strip() or str(ROTATIONS)
    if not (asked.isdecimal() and 1 <= int(asked) <= MOST_ROTATIONS):
        message = (
            f"ROTATIONS={asked} is no number from 1 to {MOST_ROTATIONS}. "
            "As in: make bench-rotation ROTATIONS=5"
        )
        raise LabError(message)
    return int(asked)


def measure(rotations: int) -> list[Row]:
    """Return a row for every strategy, TTL and pause, each printed as soon as it is there."""
    plans = [(s, ttl, pause) for s in STRATEGIES for ttl in TTLS for pause in PAUSES]
    seconds = sum(forecast(rotations, pause) for _, _, pause in plans)
    print(f"{len(plans)} rows of {rotations} rotations: about {seconds / 60:.1f} minutes.\n")
    print(line(HEADINGS), flush=True)
    rows = []
    with open_backend("moto") as client, postgres() as server:
        for strategy, ttl, pause in plans:
            with secret_of(client, server, strategy) as name:
                load = rotate_under_load(client, name, strategy, ttl, pause, rotations)
            rows.append(Row(strategy, ttl, pause, load))
            print(coloured(rows[-1]), flush=True)
    return rows


def forecast(rotations: int, pause_seconds: float) -> float:
    """Return how many seconds a row will take, about."""
    one = SECONDS_BETWEEN_ROTATIONS + SECONDS_OF_A_ROTATION + 4 * pause_seconds
    return SECONDS_BETWEEN_ROTATIONS + rotations * one


@contextmanager
def secret_of(client: SecretsManagerClient, server: Postgres, strategy: Strategy) -> Iterator[str]:
    """Yield the name of a new secret for this strategy; it ends with the block, and its roles."""
    prefix = unique_prefix()
    where = {"engine": "postgres", "host": server.host, "port": server.port}
    where |= {"dbname": server.dbname}
    roles = example_3.two_roles(server) if strategy.alternating else server.role("shop")
    with roles as login:
        value = {**where, **example_3.login_of(login)}
        if strategy.alternating:
            master = {**where, **example_3.login_of(server)}
            value["masterarn"] = example_3.keep(client, f"{prefix}master", master)
        example_3.keep(client, f"{prefix}database", value)
        yield f"{prefix}database"


def rotate_under_load(
    client: SecretsManagerClient,
    name: str,
    strategy: Strategy,
    ttl: str,
    pause_seconds: float,
    rotations: int,
) -> Load:
    """Return how the application fared while its password was rotated this often."""
    cache = CachedSecretManager(client, TTLS[ttl])
    work = partial(
        example_3.log_in,
        cache,
        name,
        strategy.attempts,
        pause_seconds=strategy.seconds_of_backoff,
    )
    title = f"{strategy.title[0].upper()}{strategy.title[1:]} (TTL {ttl})"
    with under_load(title, work, THREADS, SECONDS_BETWEEN_OPERATIONS) as load:
        for _ in range(rotations):
            time.sleep(SECONDS_BETWEEN_ROTATIONS)
            with load.rotation():
                rotate_secret(
                    client, name, example_3.handler, after_step=lambda _: time.sleep(pause_seconds)
                )
        time.sleep(SECONDS_BETWEEN_ROTATIONS)
    return load


def line(cells: list[str] | tuple[str, ...]) -> str:
    """Return cells side by side: the first one to the left, numbers to the right."""
    return "".join(
        cell.ljust(-width) if width < 0 else cell.rjust(width)
        for cell, width in zip(cells, WIDTHS, strict=True)
    )


def coloured(row: Row) -> str:
    """Return a row for the terminal."""
    return styled(line(row.cells()), RED) if row.load.failed else styled(line(row.cells()), GREEN)


def write(rows: list[Row]) -> None:
    """Write the drawing, and the table into its place in docs/patterns.md."""
    rotations = len(rows[0].load.rotations)
    today, pause = f"{datetime.now(UTC):%Y-%m-%d}", PAUSES[-1]
    drawn = [
        row.load.cut(DRAWN_ROTATIONS)
        for strategy, ttl in DRAWN
        for row in rows
        if (row.strategy, row.ttl, row.pause_seconds) == (strategy, ttl, pause)
    ]
    notes = [
        "A row is a thread, a mark is an operation: a new connection and a query. "
        "Numbers are of what is drawn.",
        f"Measured on {today} by make timeline: the first {len(drawn[0].rotations)} of {rotations}"
        f" rotations, {SECONDS_BETWEEN_ROTATIONS:g} s apart, {pause:g} s after each step.",
    ]
    drawing = svg("Eight threads log in while their password rotates", drawn, notes)
    (DOCS / "rotation-timeline.svg").write_text(drawing, "utf-8")
    page = DOCS / "patterns.md"
    block = "\n".join([*introduction(today, rotations), *markdown(rows)])
    page.write_text(replaced(page.read_text("utf-8"), block), "utf-8")
    print("Written: docs/rotation-timeline.svg, and the table in docs/patterns.md")


def introduction(today: str, rotations: int) -> Iterator[str]:
    """Say how the table came about."""
    yield (
        f"Measured on {today} by `make timeline` (Python {platform.python_version()}, "
        f"{os.cpu_count()} cores, PostgreSQL and Secrets Manager on the same machine): "
        f"{THREADS} threads, a new connection for each operation, "
        f"{rotations} rotations a row, {SECONDS_BETWEEN_ROTATIONS:g} s apart."
    )
    yield "The pause comes after each of the four steps."
    yield "A retry is an operation that was refused at first and went well in the end."
    yield ""


def markdown(rows: list[Row]) -> Iterator[str]:
    """Return the table, a line each."""
    yield f"| {' | '.join(HEADINGS)} |"
    yield f"| --- |{' ---: |' * (len(HEADINGS) - 1)}"
    yield from (f"| {' | '.join(row.cells())} |" for row in rows)


def replaced(page: str, block: str) -> str:
    """Return the page with another block between its two marks.

    Raises:
        LabError: The marks are not there.
    """
    begin, end = "<!-- make timeline -->", "<!-- end -->"
    marked = re.compile(f"(?<={begin}\n).*?(?={end})", re.S)
    if not marked.search(page):
        message = f"docs/patterns.md has no place for the table, from {begin} to {end}"
        raise LabError(message)
    return marked.sub(lambda _: f"\n{block}\n\n", page)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
