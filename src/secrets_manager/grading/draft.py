"""A new exercise, as a draft that holds: its check is todo, its solution passes, its mistake fails.

What its author has to replace says `To write:`, and `make check` lists it.
"""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress
from string import Template
from typing import TYPE_CHECKING

from secrets_manager.grading.course import anchor_of
from secrets_manager.grading.curriculum import ROOT, curriculum
from secrets_manager.lab.errors import LabError

if TYPE_CHECKING:
    from pathlib import Path

# Fits into a docstring, a string of TOML and a heading, as it is.
TITLE = re.compile(r"[^\W_](?:[\w ,:()&+/'-]{0,38}[\w)])?")
SHARED = ("exercises/curriculum.toml", "docs/patterns.md")
NEXT_HEADING = "## Common mistakes\n"  # The pattern's section goes before it.


def write(number: str, title: str, root: Path = ROOT) -> list[str]:
    """Write the files of a new exercise and its entries in the shared ones; return their paths.

    Raises:
        LabError: The number is not the next one, the title cannot be one, or a file is there
            already; then nothing is written.
    """
    title = unicodedata.normalize("NFC", title.strip())
    _expect_next(number, root)
    _expect_title(title, root)
    texts = drafted(number, title, root)
    for path in texts.keys() - {*SHARED}:
        if (root / path).exists():
            message = f"{path} is there already: move it elsewhere, then: make new-exercise again"
            raise LabError(message)
    _write_all({root / path: text for path, text in texts.items()})
    return list(texts)


def _expect_next(number: str, root: Path) -> None:
    known = curriculum(root / "exercises" / "curriculum.toml")
    following = str(len(known) + 1)
    if number != following:
        taken = any(each.number == number for each in known)
        what = f"There is an exercise {number} already" if taken else f"N={number!a} is not next"
        message = f'{what}: make new-exercise N={following} TITLE="…"'
        raise LabError(message)


def _expect_title(title: str, root: Path) -> None:
    if not TITLE.fullmatch(title):
        message = (
            f"TITLE={title!a} cannot be a title: take up to 40 letters, digits and spaces, with "
            ", : ( ) & + / ' - between them"
        )
        raise LabError(message)
    headings = re.findall(r"^#+ (.*)$", (root / SHARED[1]).read_text("utf-8"), re.MULTILINE)
    if anchor_of(title) in map(anchor_of, headings):
        message = f"{SHARED[1]} has a section {title} already: take another TITLE"
        raise LabError(message)


def drafted(number: str, title: str, root: Path = ROOT) -> dict[str, str]:
    """Return the text of every file that a new exercise makes or changes, by its path."""
    told = {"number": number, "title": title, "anchor": anchor_of(title)}

    def filled(name: str) -> str:
        return Template((root / "exercises" / ".draft" / name).read_text("utf-8")).substitute(told)

    exercise = f"exercise_{number}"
    entries, page = ((root / path).read_text("utf-8") for path in SHARED)
    before, heading, after = page.partition(NEXT_HEADING)
    return {
        f"exercises/.stubs/{exercise}.py": filled("stub.py"),
        f"exercises/{exercise}.py": filled("stub.py"),
        f"exercises/solutions/{exercise}.py": filled("solution.py"),
        f"tests/exercises/test_{exercise}.py": filled("checks.py"),
        f"exercises/mistakes/{exercise}/missing_is_empty.py": filled("mistake.py"),
        SHARED[0]: entries + filled("entry.toml"),
        SHARED[1]: f"{before}{filled('section.md')}{heading}{after}",
    }


def _write_all(texts: dict[Path, str]) -> None:
    """Write all files, or none."""
    before = {file: file.read_text("utf-8") for file in texts if file.exists()}
    try:
        for file, text in texts.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")
    except BaseException as error:
        for file in texts:
            with suppress(OSError):  # One that cannot be undone keeps no other from it.
                if file in before:
                    file.write_text(before[file], "utf-8")
                else:
                    file.unlink(missing_ok=True)
        if not isinstance(error, OSError):
            raise
        message = f"{error.filename}: {error.strerror}. Mend it, then: make new-exercise again"
    else:
        return
    raise LabError(message)
