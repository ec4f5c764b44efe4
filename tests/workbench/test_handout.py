"""What is handed out is what was committed, without what learners are to find out themselves."""

from __future__ import annotations

import os
import shutil
import subprocess
import zipfile
from typing import TYPE_CHECKING

import pytest

from secrets_manager.grading import __main__ as commands
from secrets_manager.grading import handout
from secrets_manager.grading.curriculum import ROOT, Exercise
from secrets_manager.grading.handout import COURSE, MANIFEST, committed, in_the_making, write
from secrets_manager.lab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FILES = {
    ".gitattributes": "solved/** export-ignore\nteaching.md export-ignore\n",
    ".gitignore": "/.handout/\n*.log\n",
    "exercises/.stubs/exercise_1.py": "stub",
    "exercises/exercise_1.py": "solved by the author",
    "solved/exercise_1.py": "the solution",
    "teaching.md": "for instructors",
    "page.md": "for all",
}
WHEN = {"GIT_AUTHOR_DATE": "2026-10-01T12:00:00Z", "GIT_COMMITTER_DATE": "2026-10-01T12:00:00Z"}


def git(folder: Path, *arguments: str) -> str:
    name = ("-c", "user.name=Ann", "-c", "user.email=ann@example.org", "-c", "commit.gpgsign=false")
    run = subprocess.run(
        ["git", *name, *arguments],
        cwd=folder,
        env={**os.environ, **WHEN, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    return run.stdout


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a small course in a repository of its own, all of it committed."""
    root = tmp_path / "course"
    for path, text in FILES.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    git(root, "init", "--quiet")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "A course")
    monkeypatch.setattr(handout, "ROOT", root)
    monkeypatch.setattr(handout, "FOLDER", root / ".handout")
    return root


@pytest.mark.usefixtures("course")
def test_a_handout_has_what_gitattributes_does_not_leave_out() -> None:
    assert set(committed().files) == set(FILES) - {"solved/exercise_1.py", "teaching.md"}


@pytest.mark.usefixtures("course")
def test_an_exercise_is_handed_out_as_its_stub() -> None:
    assert committed().files["exercises/exercise_1.py"] == b"stub"


def test_a_handout_is_what_was_committed(course: Path) -> None:
    (course / "page.md").write_text("half a thought")
    (course / "grades.csv").write_text("Ann, 1")

    files = committed().files

    assert files["page.md"] == b"for all"
    assert "grades.csv" not in files
    assert handout.uncommitted() == ["page.md", "grades.csv"]


def test_what_is_in_the_making_is_judged_before_it_is_committed(course: Path) -> None:
    (course / "page.md").write_text("half a thought")
    (course / "new page.md").write_text("new")
    (course / "run.log").write_text("ignored")
    (course / "solved" / "new.py").write_text("solved")

    files = in_the_making()

    assert set(files) == {*committed().files, "new page.md"}
    assert files["page.md"] == b"half a thought"
    assert files["exercises/exercise_1.py"] == b"stub"


def test_the_same_commit_gives_the_same_bytes(
    course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = write(committed(), tmp_path)
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", str(course), str(clone))
    monkeypatch.setattr(handout, "ROOT", clone)

    second = write(committed(), clone)

    assert first.name == second.name
    assert first.name.startswith(f"{COURSE}-2026-10-01-")
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.usefixtures("course")
def test_a_zip_is_one_folder_with_a_list_of_what_is_in_it(tmp_path: Path) -> None:
    zipped = write(committed(), tmp_path)

    manifest, files = handout.read(zipped)

    assert {name.split("/")[0] for name in zipfile.ZipFile(zipped).namelist()} == {COURSE}
    assert files == committed().files
    assert set(manifest.digests) == set(files)
    assert {entry.date_time for entry in zipfile.ZipFile(zipped).infolist()} == {
        (2026, 10, 1, 12, 0, 0)
    }


def test_a_zip_goes_where_it_is_told_to_go(course: Path, tmp_path: Path) -> None:
    course_zip = f"{committed().name}.zip"

    assert write(committed(), None) == course / ".handout" / course_zip
    assert write(committed(), tmp_path) == tmp_path / course_zip
    assert write(committed(), tmp_path / "class.zip") == tmp_path / "class.zip"
    assert git(course, "status", "--porcelain") == ""


@pytest.mark.usefixtures("course")
def test_another_file_is_not_written_over(tmp_path: Path) -> None:
    mine = tmp_path / "class.zip"
    mine.write_text("mine")

    with pytest.raises(LabError, match=r"class\.zip is there already"):
        write(committed(), mine)
    with pytest.raises(LabError, match=r"no/such/folder\.zip cannot be written"):
        write(committed(), tmp_path / "no/such/folder.zip")

    assert mine.read_text() == "mine"


@pytest.mark.parametrize(
    "prepare", [shutil.rmtree, lambda git_folder: (git_folder / "HEAD").unlink()]
)
def test_a_course_without_commits_is_not_handed_out(
    course: Path, prepare: Callable[[Path], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(course.parent))
    prepare(course / ".git")

    with pytest.raises(LabError, match="here git has no commit to show"):
        committed()


def solved(folder: Path) -> Exercise:
    """Return an exercise with a solution of three lines."""

    class Solved(Exercise):
        solution = folder / "exercise_1.py"

    Solved.solution.write_text(
        '"""A story that all may read, and long enough."""\n\n\ndef answer(client):\n'
        '    """Return what the stub says, word for word."""\n'
        '    names = [each["Name"] for each in client.pages()]\n    short = 1\n'
        "    return sorted(names, key=len, reverse=True)\n"
    )
    return Solved("1", "Solved", ())


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (b"names = [each['Name']\n    for each in client.pages()]", 1),
        (b'x = 2; names = [each["Name"] for each in client.pages()]', 1),
        (b"short = 1", 0),
        (b"A story that all may read, and long enough.", 0),
    ],
)
def test_a_line_of_a_solution_is_found_however_it_is_written(
    tmp_path: Path, text: bytes, lines: int
) -> None:
    found = [*handout.leaks([solved(tmp_path)], {"tests/page.py": text})]

    assert [line.partition(" gives")[0] for line in found] == ["tests/page.py"] * lines


def test_what_the_stub_gives_is_no_secret(tmp_path: Path) -> None:
    line = b"return sorted(names, key=len, reverse=True)"
    files = {"exercises/.stubs/exercise_1.py": line, "tests/page.py": line}

    assert [*handout.leaks([solved(tmp_path)], files)] == []


def test_a_handout_that_gives_a_line_away_is_not_written(
    course: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(handout, "leaks", lambda *_: ["page.md gives a line away"])

    assert commands.main(["handout"]) == 2
    assert "page.md gives a line away\nNothing was handed out." in capsys.readouterr().err
    assert not (course / ".handout").exists()


def test_what_was_not_committed_is_named(
    course: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(7):
        (course / f"page_{number}.md").write_text("half a thought")
    monkeypatch.setattr(handout, "leaks", lambda *_: [])

    assert commands.main(["handout"]) == 0
    said = capsys.readouterr().out
    assert "Not committed, so not in it as they are: page_0.md, page_1.md" in said
    assert "page_4.md and 2 more\n" in said


def test_the_courses_own_handout_would_leave_out_everything_that_solves_or_grades_for_it() -> None:
    files = in_the_making()

    secret = ("solutions/", "mistakes/", "variants/", ".draft/", "workbench/", "teaching.md")
    assert [path for path in files if any(part in path for part in secret)] == []
    assert {"Makefile", "exercises/exercise_1.py", "exercises/curriculum.toml"} <= set(files)
    assert MANIFEST not in files
    assert (
        files["exercises/exercise_1.py"] == (ROOT / "exercises/.stubs/exercise_1.py").read_bytes()
    )
