"""A course of its own for each test, with one exercise more than ours: a draft."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from secrets_manager.grading import course, draft
from secrets_manager.grading import curriculum as curriculum_module
from secrets_manager.grading.curriculum import ROOT, Exercise, curriculum

ROLES = ("AUTHOR", "COMMITTER")
NUMBER = str(len(curriculum()) + 1)


@dataclass
class Copy:
    """The files of a course that a draft touches, and the exercise that was drafted there."""

    root: Path

    @property
    def exercise(self) -> Exercise:
        """Return the draft, as the curriculum tells it now."""
        return curriculum(self.root / "exercises" / "curriculum.toml")[-1]

    def change(self, path: str, old: str, new: str) -> None:
        """Replace a part of a file, N in its path being the draft's number."""
        file = self.root / path.replace("N", NUMBER)
        text = file.read_text("utf-8")
        assert old in text
        file.write_text(text.replace(old, new), "utf-8")

    def files(self) -> dict[str, bytes]:
        """Return every file by its path."""
        found = (path for path in self.root.rglob("*") if path.is_file())
        return {str(path.relative_to(self.root)): path.read_bytes() for path in found}


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Copy:
    """Return a course that nothing was drafted in yet."""
    root = tmp_path / "course"
    shutil.copytree(ROOT / "docs", root / "docs")
    shutil.copytree(ROOT / "exercises" / ".draft", root / "exercises" / ".draft")
    shutil.copy(ROOT / "exercises" / "curriculum.toml", root / "exercises")
    for module in (curriculum_module, course):
        monkeypatch.setattr(module, "ROOT", root)
    monkeypatch.setattr(curriculum_module, "EXERCISES", root / "exercises")
    return Copy(root)


@pytest.fixture
def drafted(bare: Copy) -> Copy:
    """Return a course with a draft in it."""
    draft.write(NUMBER, "A sample", bare.root)
    return bare


@pytest.fixture
def tools() -> dict[str, str]:
    """Return an environment for make: uv and its cache as they are here, and a git identity."""
    outer = ("MAKE", "MFLAGS", "BACKEND", "PYTHON", "YES", "STRICT", "SHOW", "PYTEST", "GIT_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(outer)}
    who = {f"GIT_{role}_{what}": "ann@example.org" for role in ROLES for what in ("NAME", "EMAIL")}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**kept, **who, "PATH": path, "PYTHON": sys.executable, "GIT_CONFIG_GLOBAL": os.devnull}


@pytest.fixture
def checkout(tmp_path: Path, tools: dict[str, str]) -> Path:
    """Return a copy of all files of this course, committed in a repository of its own."""
    root = tmp_path / "course"
    listing = ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    found = subprocess.run(listing, cwd=ROOT, env=tools, capture_output=True, check=True)
    for path in filter(None, found.stdout.decode().split("\0")):
        if (ROOT / path).is_file():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / path, root / path)
    for command in (["init", "-q"], ["add", "--all"], ["commit", "-qm", "The course"]):
        subprocess.run(["git", *command], cwd=root, env=tools, check=True)
    return root
