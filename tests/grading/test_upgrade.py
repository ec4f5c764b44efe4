"""A newer course replaces what was handed out, and nothing that a learner has written."""

from __future__ import annotations

import json
import shutil
import stat
import zipfile
from typing import TYPE_CHECKING

import pytest

from secrets_manager.grading import upgrade as upgrades
from secrets_manager.grading.handout import COURSE, MANIFEST, Handout, digest, write
from secrets_manager.grading.upgrade import upgrade
from secrets_manager.lab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

STUB, TASK = "exercises/.stubs/exercise_1.py", "exercises/exercise_1.py"
OLD = {
    STUB: b"stub",
    TASK: b"stub",
    "Makefile": b"old",
    "docs/page.md": b"old",
    "docs/more/gone.md": b"old",
    "same": b"same",
}
NEW = {
    STUB: b"new stub",
    TASK: b"new stub",
    "Makefile": b"new",
    "docs/page.md": b"new",
    "src/added.py": b"new",
    "same": b"same",
}
OLDER, NEWER = "2026-09-01T08:00:00+00:00", "2026-10-01T08:00:00+00:00"


def handed_out(folder: Path, files: dict[str, bytes], made: str = NEWER) -> Path:
    """Return a zip of these files."""
    folder.mkdir(exist_ok=True)
    return write(Handout(made, "abc1234", files), folder)


def unpacked(source: Path, to: Path) -> Path:
    """Return the folder that a zip was unpacked to."""
    with zipfile.ZipFile(source) as archive:
        archive.extractall(to)
    return to / COURSE


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file by its path; the list of what was handed out is left out."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST)
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a learner's copy of the old course."""
    return unpacked(handed_out(tmp_path / "old", OLD, OLDER), tmp_path / "learner")


@pytest.fixture
def newer(tmp_path: Path) -> Path:
    """Return the newer handout."""
    return handed_out(tmp_path / "new", NEW)


def test_an_untouched_copy_becomes_the_newer_course(copy: Path, newer: Path) -> None:
    told = upgrade(newer, copy)

    assert contents(copy) == NEW
    assert told == [
        "5 files of the newer course are here now, and 1 of the old one are gone.",
        "Next: make test",
    ]


def test_an_unpacked_handout_is_as_good_as_a_zip(copy: Path, newer: Path, tmp_path: Path) -> None:
    folder = unpacked(newer, tmp_path / "unpacked")
    (folder / "another.txt").write_text("not of the course")

    upgrade(folder, copy)

    assert contents(copy) == NEW


def test_a_solved_exercise_stays_and_its_new_task_is_named(copy: Path, newer: Path) -> None:
    (copy / TASK).write_text("an evening's work")

    told = upgrade(newer, copy)

    assert (copy / TASK).read_text() == "an evening's work"
    assert (copy / STUB).read_text() == "new stub"
    assert any(
        f"its task has changed: bring over by hand what this shows: diff {TASK} {STUB}" in each
        for each in told
    )


def test_a_solved_exercise_whose_task_is_the_same_needs_no_merging(
    copy: Path, tmp_path: Path
) -> None:
    (copy / TASK).write_text("an evening's work")

    told = upgrade(handed_out(tmp_path / "new", {**NEW, STUB: b"stub", TASK: b"stub"}), copy)

    assert (copy / TASK).read_text() == "an evening's work"
    assert f"{TASK} is as you wrote it." in told


def test_an_exercise_of_the_learners_own_invention_stays(copy: Path, tmp_path: Path) -> None:
    (copy / "exercises/exercise_2.py").write_text("my own")

    upgrade(handed_out(tmp_path / "new", {**NEW, "exercises/exercise_2.py": b"stub 2"}), copy)

    assert (copy / "exercises/exercise_2.py").read_text() == "my own"


def test_another_file_of_the_learners_is_kept_before_the_newer_one_comes(
    copy: Path, newer: Path
) -> None:
    (copy / "docs/page.md").write_text("my notes")

    told = upgrade(newer, copy)

    [kept] = (copy / ".kept").rglob("page.md")
    assert kept.read_text() == "my notes"
    assert (copy / "docs/page.md").read_bytes() == b"new"
    assert f"Your docs/page.md is kept: {kept.relative_to(copy)}" in told


def test_what_the_newer_course_lacks_is_removed_only_where_it_is_untouched(
    copy: Path, newer: Path
) -> None:
    (copy / "docs/more/gone.md").write_text("my notes")

    upgrade(newer, copy)

    assert (copy / "docs/more/gone.md").read_text() == "my notes"


def test_a_folder_that_is_left_empty_goes(copy: Path, newer: Path) -> None:
    upgrade(newer, copy)

    assert not (copy / "docs" / "more").exists()


@pytest.mark.parametrize(
    "path", [".hints.json", "exercises/exercise_1.2026-01-02-030405-6.py", "notes"]
)
def test_what_the_course_knows_nothing_of_stays(copy: Path, newer: Path, path: str) -> None:
    (copy / path).write_text("mine")

    upgrade(newer, copy)

    assert (copy / path).read_text() == "mine"


def test_a_file_that_was_lost_comes_back(copy: Path, newer: Path) -> None:
    (copy / "same").unlink()

    upgrade(newer, copy)

    assert (copy / "same").read_bytes() == b"same"


def test_a_second_upgrade_finds_nothing_to_do(copy: Path, newer: Path) -> None:
    (copy / "docs/page.md").write_text("my notes")
    upgrade(newer, copy)
    before = contents(copy)

    told = upgrade(newer, copy)

    assert told == ["This copy of the course is up to date.", "Next: make test"]
    assert contents(copy) == before


@pytest.mark.parametrize("steps", range(5))
def test_an_upgrade_that_was_cut_short_is_finished_by_the_next(
    copy: Path, newer: Path, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    (copy / TASK).write_text("an evening's work")
    (copy / "docs/page.md").write_text("my notes")
    with monkeypatch.context() as patch:
        patch.setattr(upgrades, "_replace", interrupted_after(steps, upgrades._replace))
        with pytest.raises(KeyboardInterrupt):
            upgrade(newer, copy)

    upgrade(newer, copy)

    files = contents(copy)
    kept = {content for path, content in files.items() if path.startswith(".kept/")}
    assert kept == {b"my notes"}
    assert {path: files[path] for path in NEW} == {**NEW, TASK: b"an evening's work"}
    assert {"docs/more/gone.md", "docs/.page.md.new"}.isdisjoint(files)


def interrupted_after(steps: int, call: Callable[[Path, bytes], None]) -> Callable[..., None]:
    """Return a call that Ctrl-C ends after so many, the last time with half a file written."""
    left = iter(range(steps))

    def interrupted(file: Path, content: bytes) -> None:
        if next(left, None) is None:
            file.parent.mkdir(exist_ok=True)
            file.with_name(f".{file.name}.new").write_bytes(content[:1])
            raise KeyboardInterrupt
        call(file, content)

    return interrupted


def test_a_disk_that_fails_is_one_sentence_that_says_how_to_go_on(
    copy: Path, newer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(file: Path, _: bytes) -> None:
        raise OSError(28, "No space left on device", str(file))

    monkeypatch.setattr(upgrades, "_replace", fail)

    with pytest.raises(
        LabError, match=r"no space left on device\. Nothing of yours is lost; .*FROM="
    ):
        upgrade(newer, copy)


def test_an_older_handout_changes_nothing(copy: Path, tmp_path: Path) -> None:
    before = contents(copy)
    older = handed_out(tmp_path / "new", NEW, "2026-08-01T08:00:00+00:00")

    with pytest.raises(
        LabError, match="was made on 2026-08-01, and this copy of the course is newer"
    ):
        upgrade(older, copy)

    assert contents(copy) == before


def repacked(source: Path, **changed: bytes | None) -> Path:
    """Return a zip in which some entries are others, or are gone."""
    target = source.with_name("changed.zip")
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for entry in old.infolist():
            content = changed.get(entry.filename.removeprefix(f"{COURSE}/"), old.read(entry))
            if content is not None:
                new.writestr(entry, content)
    return target


def with_entry(source: Path, name: str, mode: int = stat.S_IFREG | 0o644) -> Path:
    """Return a zip whose list and content have one entry more."""
    text = json.loads(zipfile.ZipFile(source).read(f"{COURSE}/{MANIFEST}"))
    path = name.removeprefix(f"{COURSE}/")
    text["files"][path] = digest(b"x")
    target = repacked(source, **{MANIFEST: json.dumps(text).encode()})
    with zipfile.ZipFile(target, "a") as archive:
        entry = zipfile.ZipInfo(name)
        entry.external_attr = mode << 16
        archive.writestr(entry, b"x")
    return target


@pytest.mark.parametrize(
    ("name", "mode"),
    [
        *((f"{COURSE}/../../escaped", 0o644), ("../escaped", 0o644), ("/escaped", 0o644)),
        *((f"{COURSE}/.git/hooks/post-merge", 0o644), (f"{COURSE}/a\\..\\b", 0o644)),
        *((f"{COURSE}/./x", 0o644), (f"{COURSE}/C:x", 0o644), (f"{COURSE}/a\nb", 0o644)),
        *((f"{COURSE}/.venv/bin/python", 0o644), (f"{COURSE}/link", stat.S_IFLNK | 0o777)),
    ],
)
def test_a_zip_that_would_write_elsewhere_is_refused(
    copy: Path, newer: Path, tmp_path: Path, name: str, mode: int
) -> None:
    before = contents(tmp_path)
    wicked = with_entry(newer, name, mode)

    with pytest.raises(LabError, match=r"(would write to|is no plain file)") as refused:
        upgrade(wicked, copy)

    wicked.unlink()
    assert "\n" not in str(refused.value)
    assert contents(tmp_path) == before


def test_a_zip_that_is_not_as_its_list_says_is_refused(copy: Path, newer: Path) -> None:
    before = contents(copy)

    for changed in ({"Makefile": b"forged"}, {"Makefile": None}):
        with pytest.raises(LabError, match="Makefile in it is not as its list says"):
            upgrade(repacked(newer, **changed), copy)

    assert contents(copy) == before


@pytest.mark.parametrize(
    "manifest",
    [
        None,
        b"",
        b"[]",
        b'{"course": "other", "made": "2026-10-01T08:00:00+00:00", "files": {}}',
        b'{"course": "secrets-manager-course", "made": "soon", "files": {}}',
    ],
)
def test_a_zip_without_the_list_of_this_course_is_refused(
    copy: Path, newer: Path, manifest: bytes | None
) -> None:
    with pytest.raises(
        LabError, match=r"is no handout of this course: its \.handout\.json is none"
    ):
        upgrade(repacked(newer, **{MANIFEST: manifest}), copy)


def test_what_is_no_zip_is_refused(copy: Path, newer: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.zip"
    cut.write_bytes(newer.read_bytes()[:-100])
    damaged = tmp_path / "damaged.zip"
    damaged.write_bytes(newer.read_bytes().replace(b"new stub", b"new stab"))

    for source, said in [
        (cut, "no zip"),
        (damaged, "damaged"),
        (tmp_path / "none.zip", "no such file or directory"),
        (tmp_path / "old", "no such file or directory"),
    ]:
        with pytest.raises(LabError, match=rf"is no handout of this course: .*{said}"):
            upgrade(source, copy)


def test_a_link_in_an_unpacked_handout_is_refused(copy: Path, newer: Path, tmp_path: Path) -> None:
    folder = unpacked(newer, tmp_path / "unpacked")
    (folder / "docs").rename(tmp_path / "docs")
    (folder / "docs").symlink_to(tmp_path / "docs")

    with pytest.raises(LabError, match=r"docs/page\.md in it is a link"):
        upgrade(folder, copy)


def test_a_folder_in_the_place_of_a_file_is_named_before_anything_is_done(
    copy: Path, newer: Path
) -> None:
    (copy / "src").write_text("mine")
    before = contents(copy)

    with pytest.raises(LabError, match="src is a file of yours where the course has a folder"):
        upgrade(newer, copy)
    (copy / "src").unlink()
    (copy / "src" / "added.py").mkdir(parents=True)
    with pytest.raises(LabError, match=r"src/added\.py is a folder of yours"):
        upgrade(newer, copy)

    assert contents(copy) == {path: data for path, data in before.items() if path != "src"}


def test_a_git_checkout_is_told_to_pull(copy: Path, newer: Path) -> None:
    (copy / MANIFEST).unlink()
    (copy / ".git").mkdir()

    with pytest.raises(LabError, match="git pull"):
        upgrade(newer, copy)


def test_a_copy_that_has_lost_its_list_is_told_what_to_copy_where(copy: Path, newer: Path) -> None:
    for text in (None, "damaged"):
        (copy / MANIFEST).unlink()
        if text:
            (copy / MANIFEST).write_text(text)
        with pytest.raises(LabError, match=r"copy your exercises/exercise_N\.py into it"):
            upgrade(newer, copy)
        shutil.copy(copy / "same", copy / MANIFEST)


def test_a_handout_under_its_learners_own_git_is_upgraded(copy: Path, newer: Path) -> None:
    (copy / ".git").mkdir()

    upgrade(newer, copy)

    assert (copy / "Makefile").read_bytes() == b"new"
