"""Every command of the course: said by `make` alone, and `make clean` takes only its own."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT = Path(__file__).resolve().parent.parent
# Of the course's own commands; what else a learner keeps here must outlive them.
MADE = (
    *(".venv/bin/x", ".uv/cache/x", ".hypothesis/x", ".mypy_cache/x", ".pytest_cache/x"),
    *(".ruff_cache/x", ".coverage", ".coverage.host.1", "uv.lock", ".build/x"),
    *("src/secrets_manager/__pycache__/x", "tests/__pycache__/x", "src/x.egg-info/x"),
    *(".handout/course.zip", ".hints.json"),
)
KINDS = (".stubs", "solutions")
LEARNERS = (
    ".kept/2026/x",
    "notes.txt",
    "build/result",
    "docs/mine.md",
    "exercises/exercise_1.py",
    ".env",
)


def makefile() -> str:
    """Return the Makefile, each rule on one line."""
    return (ROOT / "Makefile").read_text("utf-8").replace("\\\n", " ")


def numbers(folder: Path = ROOT) -> list[str]:
    """Return the numbers of the exercises."""
    stubs = (folder / "exercises" / ".stubs").glob("exercise_*.py")
    return sorted(stub.stem.removeprefix("exercise_") for stub in stubs)


def rules() -> Iterator[tuple[list[str], str, str]]:
    """Yield the targets of each rule, what they need, and the recipe; one rule for each command."""
    pattern = r"^([a-z][\w-]*|\$\(NUMBERS:%=([a-z]+-)%\)): (.*)\n((?:\t.*\n?)+)"
    for target, each, needs, recipe in re.findall(pattern, makefile(), re.M):
        yield [f"{each}{number}" for number in numbers()] if each else [target], needs, recipe


def phony(folder: Path = ROOT) -> list[str]:
    """Return the commands as make itself sees them, and so a shell that completes them."""
    seen = make("--print-data-base", "--question", folder=folder).stdout
    [line] = re.findall(r"^\.PHONY: (.*)$", seen, re.M)
    return str(line).split()


def printed(folder: Path = ROOT) -> list[str]:
    """Return the commands that `make` alone prints with a sentence."""
    found = []
    said = make(folder=folder).stdout
    for name, last, _ in re.findall(r"^  make (\S+?)(?: to (\d))? +(\S.*)$", said, re.M):
        stem = name.removesuffix("-1")  # "test-1 to 3" is one line for three commands.
        found += [f"{stem}-{number + 1}" for number in range(int(last))] if last else [name]
    return found


def make(
    *arguments: str, folder: Path = ROOT, environment: Mapping[str, str] = MappingProxyType({})
) -> subprocess.CompletedProcess[str]:
    """Run make as a person does, not as a part of the `make test` that runs this test."""
    outer = ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "BACKEND", "PYTHON", "YES")
    clean = {name: value for name, value in os.environ.items() if name not in outer}
    return subprocess.run(
        ["make", *arguments],
        cwd=folder,
        env={**clean, "LC_ALL": "C", **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def make_lesson(
    *arguments: str, environment: Mapping[str, str] = MappingProxyType({})
) -> subprocess.CompletedProcess[str]:
    """Make a lesson in the environment that there is: a test must not build one."""
    return make("-o", "setup", *arguments, environment=environment)


def git(folder: Path, *arguments: str) -> list[str]:
    run = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, check=True)
    return run.stdout.decode().split("\0")


@pytest.fixture(autouse=True)
def plain_git(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the user's git configuration out of the tests' checkouts."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Copy the repository, without what was made in it, to where it can be cleaned."""
    if not (shutil.which("git") and (ROOT / ".git").exists()):
        pytest.skip("this is no git checkout")
    copy = tmp_path / "a checkout"
    for path in filter(None, git(ROOT, "ls-files", "-z")):
        if (ROOT / path).is_file():
            (copy / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / path, copy / path)
    git(copy, "init", "--quiet")
    git(copy, "add", "--all")
    return copy


def add(folder: Path, *paths: str) -> None:
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        with (folder / path).open("a") as file:
            file.write("# A line more.\n")


def files_in(folder: Path) -> dict[str, bytes]:
    """Return every file outside of git's own folder, and every folder."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else b"a folder"
        for path in folder.rglob("*")
        if ".git" not in path.relative_to(folder).parts
    }


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """Return what the Makefile looks at of a course with two exercises and their solutions."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    add(tmp_path, *(f"exercises/{kind}/exercise_{n}.py" for kind in KINDS for n in (1, 2)))
    return tmp_path


def test_make_alone_prints_every_command_with_a_sentence(course: Path) -> None:
    assert sorted(printed(course)) == sorted(phony(course))


def test_a_copy_without_solutions_prints_no_command_that_needs_them(course: Path) -> None:
    with_solutions = printed(course)
    shutil.rmtree(course / "exercises" / "solutions")

    hidden = {*with_solutions} - {*printed(course)}

    assert {"solution-1", "solution-2", "check", "check-1", "new-exercise", "handout"} <= hidden
    assert {"test-2", "hint-2", "examples", "upgrade", "clean"}.isdisjoint(hidden)


def test_a_new_exercise_has_every_command_of_its_own(course: Path) -> None:
    before = phony(course)

    add(course, "exercises/.stubs/exercise_3.py")

    added = {f"{command}-3" for command in ("test", "watch", "hint", "reset", "solution", "check")}
    assert {*phony(course)} - {*before} == added
    assert sorted(printed(course)) == sorted(phony(course))


def test_every_rule_is_phony_as_none_makes_a_file_of_its_name() -> None:
    assert sorted(name for targets, _, _ in rules() for name in targets) == sorted(phony())


def test_every_command_that_runs_python_sets_up_first() -> None:
    for targets, needs, recipe in rules():
        if targets != ["clean"] and ("$(RUN)" in recipe or ".venv/" in recipe):
            assert "setup" in needs.partition("##")[0].split(), targets


def test_a_check_of_a_copy_without_solutions_starts_no_localstack(course: Path) -> None:
    shutil.rmtree(course / "exercises" / "solutions")

    would = make("--dry-run", "-o", "setup", "check", "check-1", folder=course).stdout

    assert "localstack" not in would
    assert "secrets_manager.grading check" in would


def test_what_a_user_names_reaches_the_program_as_it_is(course: Path) -> None:
    python = course / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\nprintf "<%s>" "$@"\n')
    python.chmod(0o755)

    run = make("-o", "setup", "new-exercise", "N=4", "TITLE=it's a; `title`", folder=course)

    assert run.stdout.endswith("<new-exercise><4><it's a; `title`>")


def test_clean_removes_everything_that_was_made(checkout: Path) -> None:
    before = files_in(checkout)
    add(checkout, *MADE)

    run = make("clean", folder=checkout)

    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
    assert files_in(checkout) == before


def test_clean_spares_everything_that_is_the_learners(checkout: Path) -> None:
    add(checkout, *LEARNERS, "README.md")
    before = files_in(checkout)
    add(checkout, *MADE)

    make("clean", folder=checkout)

    assert files_in(checkout) == before


def test_clean_has_nothing_to_do_the_second_time(checkout: Path) -> None:
    before = files_in(checkout)

    statuses = [make("clean", folder=checkout).returncode for _ in range(2)]

    assert statuses == [0, 0]
    assert files_in(checkout) == before


def test_clean_unlinks_an_environment_that_lies_elsewhere(checkout: Path, tmp_path: Path) -> None:
    add(tmp_path, "elsewhere/file")
    (checkout / ".venv").symlink_to(tmp_path / "elsewhere")

    make("clean", folder=checkout)

    assert not (checkout / ".venv").is_symlink()
    assert (tmp_path / "elsewhere" / "file").exists()


def test_clean_stops_a_localstack_before_it_removes_the_environment(checkout: Path) -> None:
    add(checkout, ".localstack/started")
    python = checkout / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\necho "$*"; ls -d .localstack .venv\n')
    python.chmod(0o755)

    run = make("clean", folder=checkout)

    assert run.stdout == "-I -m secrets_manager.lab.localstack down\n.localstack\n.venv\n"
    assert not (checkout / ".localstack").exists()


def test_an_unknown_command_is_named() -> None:
    run = make("example-9")

    assert run.returncode == 2
    assert "No rule to make target 'example-9'" in run.stderr.replace("`", "'")


@pytest.mark.parametrize("target", ["example-1", "examples"])
def test_a_variable_reaches_the_program_and_a_wrong_one_is_one_sentence(target: str) -> None:
    run = make_lesson(target, "BACKEND=nonsense")

    sentences = [line for line in run.stderr.splitlines() if line and not line.startswith("make")]
    assert (run.returncode, run.stdout) == (2, "")
    assert len(sentences) == 1
    assert sentences[0].startswith("BACKEND=nonsense is unknown: choose moto, localstack, aws")


def test_a_variable_of_the_environment_reaches_the_program_as_well() -> None:
    run = make_lesson("example-1", environment={"BACKEND": "nonsense"})

    assert run.returncode == 2
    assert "BACKEND=nonsense is unknown" in run.stderr


def test_a_python_that_is_not_there_is_one_sentence_before_anything_is_done() -> None:
    run = make("setup", "PYTHON=/no/such/python3")

    sentence, _make = run.stderr.splitlines()
    assert (run.returncode, run.stdout) == (2, "")
    assert sentence.startswith("There is no /no/such/python3 here. Install Python 3.11 or newer")
