"""docs/teaching.md is followed to the letter, in a copy of the course."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING, NamedTuple

import pytest

from secrets_manager.grading.curriculum import ROOT, curriculum

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

PAGE = ROOT / "docs" / "teaching.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)
WHOLE = re.compile(r"^Write this into `(.+)`:$")
PART = re.compile(
    r"^In `(.+)`, put this in the place of (everything from|the line) `(.+)`(?: on)?:$"
)


class Command(NamedTuple):
    """A command of the page, and the lines that it says are printed."""

    line: str
    printed: list[str]


class Edit(NamedTuple):
    """A file of the page, or a part of one: from the line that begins with *start*."""

    path: str
    content: str
    start: str | None = None
    to_the_end: bool = False


def steps(page: str) -> Iterator[Command | Edit]:
    """Yield what a page tells its reader to do, in order."""
    for block in BLOCK.finditer(page):
        language, content = block.groups()
        sentence = page[: block.start()].rstrip().rpartition("\n")[2]
        if language == "console":
            yield from commands(content)
        elif whole := WHOLE.match(sentence):
            yield Edit(whole[1], content)
        elif part := PART.match(sentence):
            yield Edit(part[1], content, part[3], part[2] == "everything from")
        else:
            pytest.fail(f"what is to be done with this? {sentence}")


def commands(console: str) -> Iterator[Command]:
    for entry in re.split(r"^\$ ", console, flags=re.M)[1:]:
        first, *lines = entry.splitlines()
        more = [line[2:] for line in lines if line.startswith("> ")]
        yield Command("\n".join([first, *more]), [line for line in lines if line[:2] != "> "])


def carry_out(step: Command | Edit, course: Path, environment: Mapping[str, str]) -> None:
    """Do one step; fail where it cannot be done, or prints something else than the page says."""
    if isinstance(step, Edit):
        edit(step, course / step.path)
        return
    run = subprocess.run(
        ["bash", "-c", step.line],
        cwd=course,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert run.returncode == 0, f"{step.line}\n{run.stdout}"
    for line in step.printed:
        pattern = ".*".join(map(re.escape, line.split("…")))
        assert re.search(f"^{pattern}$", run.stdout, re.M), f"{line} is not in:\n{run.stdout}"


def edit(step: Edit, file: Path) -> None:
    if step.start is None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(step.content, "utf-8")
        return
    text = file.read_text("utf-8")
    assert text.count(f"{step.start}\n") == 1, f"{step.start} in {file.name}"
    before, _, after = text.partition(f"{step.start}\n")
    file.write_text(before + step.content + ("" if step.to_the_end else after), "utf-8")


def test_the_steps_of_a_page_are_found() -> None:
    """So that the test below cannot pass because it sees nothing."""
    page = (
        "# Page\n\n```console\n$ one\nprints\n$ for x in y; do\n>   two\n> done\n```\n\nWords.\n"
        "Write this into `a/b.py`:\n\n```py\nnew\n```\n\n"
        "In `c.py`, put this in the place of everything from `x = 1` on:\n\n```py\nx = 2\n```\n"
    )

    assert [*steps(page)] == [
        Command("one", ["prints"]),
        Command("for x in y; do\n  two\ndone", []),
        Edit("a/b.py", "new\n"),
        Edit("c.py", "x = 2\n", "x = 1", to_the_end=True),
    ]
    assert len([*steps(PAGE.read_text("utf-8"))]) > 20


@pytest.mark.workbench
def test_the_page_can_be_followed_word_by_word(checkout: Path, tools: Mapping[str, str]) -> None:
    if len(curriculum()) != 3:
        pytest.skip("the page adds exercise 4, and this course has one already")

    for step in steps(PAGE.read_text("utf-8")):
        carry_out(step, checkout, tools)
