"""A new exercise holds as soon as it is drafted, and a refused one leaves nothing behind."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from secrets_manager.grading import draft
from secrets_manager.grading.curriculum import ROOT, curriculum
from secrets_manager.grading.proof import prove
from secrets_manager.lab.errors import LabError

if TYPE_CHECKING:
    from tests.workbench.conftest import Copy

NUMBER = str(len(curriculum()) + 1)


@pytest.mark.workbench
def test_a_draft_is_proved_as_it_is(drafted: Copy, tmp_path: Path) -> None:
    """The stub is todo, the solution passes, and the mistake is caught by the one assertion."""
    [proof] = prove([drafted.exercise], ("moto",), tmp_path, lambda _: None)

    assert proof.problems == []
    assert [(row.checks, row.caught) for row in proof.rows] == [(1, 1)]


def test_a_draft_is_formatted_and_linted(drafted: Copy) -> None:
    """In place of the course's own exercises, so that its settings hold."""
    ruff = Path(sys.executable).with_name("ruff")
    for name in ("pyproject.toml", "src"):  # Imports are sorted by what is in src.
        (drafted.root / name).symlink_to(ROOT / name)

    runs = [
        subprocess.run(
            [ruff, *command, "--no-cache", "exercises", "tests"],
            cwd=drafted.root,
            capture_output=True,
            text=True,
            check=False,
        )
        for command in (["check"], ["format", "--check"])
    ]

    assert [(run.returncode, run.stdout[:500]) for run in runs if run.returncode] == []


def test_the_exercise_is_its_stub(drafted: Copy) -> None:
    assert drafted.exercise.file.read_bytes() == drafted.exercise.stub.read_bytes()


@pytest.mark.parametrize("title", ["Größe (in Bytes)", "It's AWS", "X", "ключ 2", "a" * 40])
def test_a_title_stands_everywhere_as_it_is(bare: Copy, title: str) -> None:
    draft.write(NUMBER, f" {title} ", bare.root)

    assert bare.exercise.title == title
    assert f"\n## {title}\n" in (bare.root / "docs" / "patterns.md").read_text("utf-8")
    assert f"Exercise {NUMBER}: {title}.\n" in bare.exercise.stub.read_text("utf-8")


def test_a_title_in_decomposed_letters_is_the_same_as_in_composed_ones(bare: Copy) -> None:
    draft.write(NUMBER, "Gro\u0308\u00dfe", bare.root)

    assert bare.exercise.title == "Gr\u00f6\u00dfe"


@pytest.mark.parametrize(
    ("number", "title", "said"),
    [
        ("1", "Sample", "There is an exercise 1 already: make new-exercise N="),
        ("99", "Sample", f"N='99' is not next: make new-exercise N={NUMBER} "),
        ("", "Sample", "N='' is not next"),
        ("\N{ARABIC-INDIC DIGIT FOUR}", "Sample", "is not next"),
        *(
            (NUMBER, title, "cannot be a title: take up to 40 letters")
            for title in (
                "",
                "  ",
                'a "quote"',
                "two\nlines",
                "a\\b",
                "“a”",
                "a" * 41,
                "$number",
                "#a",
            )
        ),
        (NUMBER, "Read safely", "docs/patterns.md has a section Read safely already"),
    ],
)
def test_bad_input_is_one_sentence_and_touches_nothing(
    bare: Copy, number: str, title: str, said: str
) -> None:
    before = bare.files()

    with pytest.raises(LabError, match=said.replace("(", r"\(")) as refused:
        draft.write(number, title, bare.root)

    assert "\n" not in str(refused.value)
    assert bare.files() == before


def test_a_file_that_is_there_already_is_never_written_over(bare: Copy) -> None:
    mine = bare.root / "exercises" / f"exercise_{NUMBER}.py"
    mine.write_text("mine")
    before = bare.files()

    with pytest.raises(LabError, match=f"exercise_{NUMBER}.py is there already"):
        draft.write(NUMBER, "Sample", bare.root)

    assert bare.files() == before


def test_a_disk_that_fails_half_way_leaves_nothing_behind(
    bare: Copy,
) -> None:
    before = bare.files()
    (bare.root / "tests").write_text("in the way of a folder")

    with pytest.raises(LabError, match=r"tests.*then: make new-exercise again"):
        draft.write(NUMBER, "Sample", bare.root)

    assert bare.files() == {**before, "tests": b"in the way of a folder"}


def test_a_shared_file_is_put_back_where_the_next_one_cannot_be_written(
    bare: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, write_text = bare.files(), Path.write_text
    errors = iter([OSError(28, "No space left on device", "docs/patterns.md")])

    def fail_once(file: Path, *arguments: str) -> int:
        if file.name == "patterns.md" and (error := next(errors, None)):
            raise error
        return write_text(file, *arguments)

    monkeypatch.setattr(Path, "write_text", fail_once)

    with pytest.raises(LabError, match="No space left on device"):
        draft.write(NUMBER, "Sample", bare.root)

    assert bare.files() == before
