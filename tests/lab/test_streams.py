"""A program that is started without a stream opens nothing in its place."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROGRAM = """
import os, sys
from secrets_manager.lab.streams import open_closed_streams
open_closed_streams()
pipe = os.pipe()
assert min(pipe) > 2, pipe
sys.stdin.read()
print("out", flush=True)
print("err", file=sys.stderr, flush=True)
"""


@pytest.mark.parametrize(
    ("closed", "out", "err"),
    [
        ("<&-", "out\n", "err\n"),
        (">&-", "", "err\n"),
        ("2>&-", "out\n", ""),
        ("<&- >&- 2>&-", "", ""),
    ],
)
def test_a_stream_that_is_closed_leads_nowhere(closed: str, out: str, err: str) -> None:
    ended = subprocess.run(
        ["/bin/sh", "-c", f'exec "$0" -c "$1" {closed}', sys.executable, PROGRAM],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ended.returncode, ended.stdout, ended.stderr) == (0, out, err)
