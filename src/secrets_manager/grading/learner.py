"""What is the learner's: the files they edit, and the hints they have seen."""

from __future__ import annotations

import difflib
import json
import shutil
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from secrets_manager.grading.curriculum import EXERCISES, ROOT
from secrets_manager.lab.errors import LabError
from secrets_manager.lab.transcript import GREEN, RED, styled

if TYPE_CHECKING:
    from pathlib import Path

    from secrets_manager.grading.curriculum import Exercise, Task

SEEN = ROOT / ".hints.json"
STUBS = EXERCISES / ".stubs"


def next_hint(task: Task) -> str:
    """Return the next rung of a task's ladder, and remember it; after the last, the last again."""
    seen = _seen()
    rung = min(seen.get(task.id, 0), len(task.hints) - 1)
    with suppress(OSError):  # Not remembered, and so the same hint comes again.
        SEEN.write_text(json.dumps({**seen, task.id: rung + 1}, indent=1) + "\n")
    more = "" if rung + 1 == len(task.hints) else " Ask again for more."
    return (
        f"Task {task.id}, {task.title}: hint {rung + 1} of {len(task.hints)}.{more}\n\n"
        f"  {task.hints[rung]}\n\nRead on: {task.docs}"
    )


def _seen() -> dict[str, int]:
    try:
        seen = json.loads(SEEN.read_text())
        return {str(task): int(rung) for task, rung in seen.items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}  # Lost or damaged: the ladder begins anew, which costs nothing.


def expect_solutions() -> None:
    """Go on only where this copy of the course has solutions.

    Raises:
        LabError: It was handed out without them.
    """
    if not any((EXERCISES / "solutions").glob("*.py")):
        message = "This copy of the course has no solutions: ask whoever gave it to you"
        raise LabError(message)


def difference(exercise: Exercise) -> str:
    """Return what the solution does otherwise than the learner's file."""
    lines = difflib.unified_diff(
        exercise.file.read_text().splitlines(),
        exercise.solution.read_text().splitlines(),
        "yours",
        "solution",
        lineterm="",
    )
    colours = {"+": GREEN, "-": RED}
    return "\n".join(styled(line, colours.get(line[:1], "0")) for line in lines)


def reset(exercise: Exercise) -> Path | None:
    """Put the stub back; return the dated copy that keeps what the learner had, if anything.

    Raises:
        LabError: There is no stub to put back.
    """
    stub = STUBS / exercise.file.name
    if not stub.exists():
        message = f"{stub.relative_to(ROOT)} is not there; bring it back: git checkout exercises"
        raise LabError(message)
    kept, file = None, exercise.file
    is_plain = file.is_file() and not file.is_symlink()
    is_there = file.exists() or file.is_symlink()  # Also a folder, or a link to nowhere.
    if is_there and not (is_plain and file.read_bytes() == stub.read_bytes()):
        now = datetime.now().astimezone().strftime("%Y-%m-%d-%H%M%S-%f")
        kept = file.with_name(f"{file.stem}.{now}.py")
        file.rename(kept)
    shutil.copyfile(stub, file)
    return kept
