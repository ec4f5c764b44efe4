"""The bench of rotations, which handouts lack, as it needs the solutions."""

from __future__ import annotations

import pytest
from tests.test_makefile import make_lesson


@pytest.mark.parametrize("rotations", ["many", "0", "-1", "1001", "²"])
def test_a_number_of_rotations_that_is_none_is_one_sentence(rotations: str) -> None:
    run = make_lesson("bench-rotation", f"ROTATIONS={rotations}")

    sentence, _make = run.stderr.splitlines()
    assert (run.returncode, run.stdout) == (2, "")
    assert sentence.startswith(f"ROTATIONS={rotations} is no number from 1 to 1000. As in: make ")
