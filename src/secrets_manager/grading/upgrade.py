"""A newer course for a learner's copy, in which what the learner wrote stays.

A file is the learner's where it is not as it was handed out. Exercises of theirs are never
written to; anything else of theirs is kept under .kept before the newer file takes its place.
The list of what was handed out is renewed last, so a run that was cut short can be run again.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from secrets_manager.grading.curriculum import ROOT
from secrets_manager.grading.handout import MANIFEST, Manifest, digest, read
from secrets_manager.lab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

KEPT = ".kept"


@dataclass
class Plan:
    """What an upgrade does, each file by its path."""

    write: dict[str, bytes] = field(default_factory=dict)
    remove: list[str] = field(default_factory=list)
    keep: list[str] = field(default_factory=list)  # Copied to .kept first.
    theirs: list[str] = field(default_factory=list)  # Exercises of the learner's.
    changed_tasks: list[str] = field(default_factory=list)  # Of these, where the stub is new.


def upgrade(source: Path, root: Path = ROOT) -> list[str]:
    """Bring the course in *source* into the copy at *root*; return what there is to say of it.

    Raises:
        LabError: This copy was not handed out, or *source* is no handout, or an older one; then
            nothing is touched. Or the disk failed half-way: the same command goes on from there.
    """
    old = installed(root)
    new, files = read(source)
    if datetime.fromisoformat(new.made) < datetime.fromisoformat(old.made):
        message = (
            f"{source} was made on {new.made[:10]}, and this copy of the course is newer, of "
            f"{old.made[:10]}: nothing was changed. Go on: make test"
        )
        raise LabError(message)
    plan = planned(root, old, files)
    try:
        kept = carry_out(plan, root)
        _replace(root / MANIFEST, new.to_json().encode())
    except OSError as error:
        message = (
            f"{error.filename}: {(error.strerror or 'failed').lower()}. Nothing of yours is lost; "
            f"when that is mended: make upgrade FROM={source}"
        )
        raise LabError(message) from None
    return [*told(plan, kept)]


def installed(root: Path) -> Manifest:
    """Return the list of what this copy was when it was handed out.

    Raises:
        LabError: There is none.
    """
    if (root / MANIFEST).exists():
        try:
            return Manifest.from_json((root / MANIFEST).read_bytes())
        except ValueError:
            pass
    if (root / ".git").exists() and not (root / MANIFEST).exists():
        message = "This is a git checkout and no handout: bring it up to date with git pull"
    else:
        message = (
            f"Without its {MANIFEST}, this copy of the course cannot tell your work from its own: "
            "unpack the newer one elsewhere, and copy your exercises/exercise_N.py into it"
        )
    raise LabError(message)


def planned(root: Path, old: Manifest, files: Mapping[str, bytes]) -> Plan:
    """Return what has to be done so that *files* are here and nothing of the learner's is lost.

    Raises:
        LabError: A folder of the learner's is where a file has to go, or the other way round.
    """
    plan = Plan()
    for path, content in files.items():
        here = _here(root, path)
        if here == content:
            continue
        if here is not None and digest(here) != old.digests.get(path):
            if is_exercise(path):
                plan.theirs.append(path)
                if digest(content) != old.digests.get(path):
                    plan.changed_tasks.append(path)
                continue
            plan.keep.append(path)
        plan.write[path] = content
    for path in sorted(old.digests.keys() - files.keys()):
        here = _here(root, path)
        if here is not None and digest(here) == old.digests[path]:
            plan.remove.append(path)
    return plan


def is_exercise(path: str) -> bool:
    """Return whether a learner writes in this file, as in exercises/exercise_1.py."""
    folder, _, name = path.rpartition("/")
    return folder == "exercises" and name.endswith(".py")


def _here(root: Path, path: str) -> bytes | None:
    """Return what a file holds now, or None where there is none."""
    file = root / path
    for above in file.relative_to(root).parents:
        if (root / above).exists() and not (root / above).is_dir():
            message = f"{above} is a file of yours where the course has a folder: move it elsewhere"
            raise LabError(message)
    if file.is_dir():
        message = f"{path} is a folder of yours where the course has a file: move it elsewhere"
        raise LabError(message)
    return file.read_bytes() if file.exists() else None


def carry_out(plan: Plan, root: Path) -> str:
    """Do what was planned; return the folder that keeps what was the learner's."""
    kept = f"{KEPT}/{datetime.now().astimezone():%Y-%m-%d-%H%M%S}"
    for path in plan.keep:
        (root / kept / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(root / path, root / kept / path)
    for path, content in plan.write.items():
        _replace(root / path, content)
    for path in plan.remove:
        (root / path).unlink()
        _remove_empty((root / path).parent, root)
    return kept


def _replace(file: Path, content: bytes) -> None:
    """Write a file in one step, so that it is never half of one; its permissions stay."""
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_name(f".{file.name}.new")
    new.write_bytes(content)
    if file.exists():
        shutil.copymode(file, new)
    new.replace(file)


def _remove_empty(folder: Path, root: Path) -> None:
    while folder != root and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent


def told(plan: Plan, kept: str) -> Iterator[str]:
    """Yield what a learner has to know, a sentence each."""
    if plan.write or plan.remove:
        removed = f", and {len(plan.remove)} of the old one are gone" if plan.remove else ""
        yield f"{len(plan.write)} files of the newer course are here now{removed}."
    else:
        yield "This copy of the course is up to date."
    for path in plan.theirs:
        name = Path(path).name
        if path in plan.changed_tasks:
            yield (
                f"{path} is as you wrote it, and its task has changed: bring over by hand what "
                f"this shows: diff {path} exercises/.stubs/{name}"
            )
        else:
            yield f"{path} is as you wrote it."
    yield from (f"Your {path} is kept: {kept}/{path}" for path in plan.keep)
    yield "Next: make test"
