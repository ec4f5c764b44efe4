"""The course as learners get it: a zip without solutions, and a list of all that is in it.

What stays out is said in one place, by `export-ignore` in .gitattributes. The list is what tells
a learner's own work from ours when a newer course comes (see upgrade.py).
"""

from __future__ import annotations

import ast
import hashlib
import io
import json
import re
import stat
import subprocess
import tarfile
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from secrets_manager.grading.course import folded, telling_lines
from secrets_manager.grading.curriculum import ROOT
from secrets_manager.lab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from secrets_manager.grading.curriculum import Exercise

COURSE = "secrets-manager-course"
MANIFEST = ".handout.json"
FOLDER = ROOT / ".handout"
MAX_BYTES = 100_000_000  # What no handout comes near.


@dataclass(frozen=True)
class Handout:
    """The files of a course by path, as of one commit; *made* is that commit's time in UTC."""

    made: str
    commit: str
    files: Mapping[str, bytes]

    @property
    def name(self) -> str:
        """Return what the zip is called, without its suffix."""
        return f"{COURSE}-{self.made[:10]}-{self.commit}"

    def manifest(self) -> Manifest:
        """Return the list of what is in it."""
        return Manifest(self.made, {path: digest(data) for path, data in self.files.items()})


@dataclass(frozen=True)
class Manifest:
    """What a copy of the course was when it was handed out: a digest of each file, by path."""

    made: str
    digests: Mapping[str, str]

    def to_json(self) -> str:
        """Return the text of the file that lies at the top of a handout."""
        files = dict(sorted(self.digests.items()))
        document = {"course": COURSE, "made": self.made, "files": files}
        return json.dumps(document, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: bytes) -> Manifest:
        """Return the manifest that was written as *text*.

        Raises:
            ValueError: It is none of this course.
        """
        try:
            document = json.loads(text)
            if document["course"] != COURSE:
                raise KeyError(document["course"])
            files = {str(path): str(told) for path, told in document["files"].items()}
            made = datetime.fromisoformat(document["made"]).astimezone(UTC)
            return cls(made.isoformat(), files)
        except (ValueError, LookupError, TypeError, AttributeError):
            message = f"its {MANIFEST} is none of this course"
        raise ValueError(message)


def digest(data: bytes) -> str:
    """Return what a file's content is known by."""
    return hashlib.sha256(data).hexdigest()


def committed() -> Handout:
    """Return the course as of the newest commit, as learners get it: each exercise is its stub.

    Raises:
        LabError: This is no git checkout, or has no commit.
    """
    commit, seconds = _git("log", "-1", "--format=%h %ct").decode().split()
    files = {}
    with tarfile.open(fileobj=io.BytesIO(_git("archive", "--format=tar", "HEAD"))) as archive:
        for member in archive:
            if member.isfile() and (content := archive.extractfile(member)):
                files[member.name] = content.read()
    made = datetime.fromtimestamp(int(seconds), UTC).isoformat()
    return Handout(made, commit, with_stubs(files))


def uncommitted() -> list[str]:
    """Return the files that differ from the newest commit; those that git ignores are none."""
    listing = _git("status", "--porcelain", "-z", "--no-renames", "--untracked-files=all")
    return [entry[3:] for entry in listing.decode().split("\0") if entry]


def in_the_making() -> dict[str, bytes]:
    """Return the files that a handout would have if everything that is here were committed now."""
    listing = _git("ls-files", "-z", "--cached", "--others", "--exclude-standard")
    attributes = _git("check-attr", "-z", "--stdin", "export-ignore", given=listing)
    fields = attributes.decode().split("\0")
    paths = [path for path, value in zip(fields[::3], fields[2::3], strict=False) if value != "set"]
    files = {path: ROOT / path for path in paths if (ROOT / path).is_file()}
    return with_stubs({path: file.read_bytes() for path, file in files.items()})


def _git(*arguments: str, given: bytes = b"") -> bytes:
    try:
        command = ["git", "-C", str(ROOT), *arguments]
        run = subprocess.run(command, input=given, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        message = "A handout is made of what is committed, and here git has no commit to show"
    else:
        return run.stdout
    raise LabError(message)


def with_stubs(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files with each exercise as its stub, whatever its author has tried out in it."""
    stubs = {path: path.replace("/.stubs/", "/") for path in files if "/.stubs/" in path}
    return {**files, **{exercise: files[stub] for stub, exercise in stubs.items()}}


def leaks(exercises: Sequence[Exercise], files: Mapping[str, bytes]) -> Iterator[str]:
    """Yield each line of a solution that is in a handout, and in no stub, source or document."""
    texts = {path: folded(data.decode("utf-8", "replace")) for path, data in files.items()}
    given = ("exercises/.stubs/", "src/", "docs/")
    known = [text for path, text in texts.items() if path.startswith(given)]
    for exercise in exercises:
        lines = telling_lines([_code(exercise.solution)], *known)
        for path, text in texts.items():
            for line in sorted(line for line in lines if line in text):
                yield f"{path} gives a line of exercise {exercise.number}'s solution away: {line}"


def _code(file: Path) -> ast.Module:
    """Return the functions and classes of a module, without docstrings, which the stub has, too."""
    tree = ast.parse(file.read_text("utf-8"))
    tree.body = [node for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))]
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)):
            documented = ast.get_docstring(node) is not None
            node.body = node.body[documented:] or [ast.Pass()]
    return tree


def write(handout: Handout, to: Path | None) -> Path:
    """Write the zip, and return where; *to* is a folder, or the zip's own name.

    The same commit gives the same bytes, on every machine: nothing is compressed.

    Raises:
        LabError: There is a file of that name, or no such folder.
    """
    if to is None:
        FOLDER.mkdir(exist_ok=True)
        to = FOLDER
    target = to / f"{handout.name}.zip" if to.is_dir() else to
    content = zipped(handout)
    if target.exists() and FOLDER not in target.parents and target.read_bytes() != content:
        message = f"{target} is there already. Name another: make handout TO=another.zip"
        raise LabError(message)
    try:
        target.write_bytes(content)
    except OSError as error:
        message = f"{target} cannot be written: {error.strerror}. Name another: make handout TO=…"
        raise LabError(message) from None
    return target


def zipped(handout: Handout) -> bytes:
    """Return the zip's bytes: one folder with everything in it."""
    when = datetime.fromisoformat(handout.made).timetuple()[:6]
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as archive:
        files = {**handout.files, MANIFEST: handout.manifest().to_json().encode()}
        for path, data in sorted(files.items()):
            entry = zipfile.ZipInfo(f"{COURSE}/{path}", when)
            entry.create_system = 3  # Unix, as permissions are its.
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            archive.writestr(entry, data)
    return content.getvalue()


def read(source: Path) -> tuple[Manifest, dict[str, bytes]]:
    """Return what a handout holds: a zip, or the folder that it was unpacked to.

    Every file is whole, and the list names every file of a zip.

    Raises:
        LabError: It is no handout of this course, or was damaged or changed on its way.
    """
    try:
        files = _in_folder(source) if source.is_dir() else _in_zip(source)
        manifest = Manifest.from_json(files.pop(MANIFEST, b""))
        _compare(manifest, files)
    except zipfile.BadZipFile:
        problem = "it is no zip, or a damaged one"
    except OSError as error:
        problem = (error.strerror or "it cannot be read").lower()
    except (ValueError, RuntimeError, NotImplementedError) as error:
        problem = str(error)
    else:
        return manifest, files
    message = (
        f"{source} is no handout of this course: {problem}. Nothing was changed; "
        "name another: make upgrade FROM=handout.zip"
    )
    raise LabError(message)


def _in_zip(source: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(source) as archive:
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        if sum(entry.file_size for entry in entries) > MAX_BYTES:
            message = "it is larger than a course can be"
            raise ValueError(message)
        files = {}
        for entry in entries:
            kind = stat.S_IFMT(entry.external_attr >> 16)
            path = _safe(entry.filename.removeprefix(f"{COURSE}/"))
            if kind not in (0, stat.S_IFREG) or path in files:
                message = f"{path} in it is no plain file"
                raise ValueError(message)
            files[path] = archive.read(entry)
        return files


def _in_folder(source: Path) -> dict[str, bytes]:
    """Return the files that a folder's own list names: the rest is whoever's works there."""
    text = (source / MANIFEST).read_bytes()
    files = {MANIFEST: text}
    for path in Manifest.from_json(text).digests:
        file = source / _safe(path)
        if any(each.is_symlink() for each in (file, *file.parents) if source in each.parents):
            message = f"{path} in it is a link"
            raise ValueError(message)
        files[path] = file.read_bytes()
    return files


def _safe(path: str) -> str:
    """Return a path, which stays inside the course's folder, and out of git's and the tools'.

    Raises:
        ValueError: It does not.
    """
    parts = PurePosixPath(path).parts
    if (
        not parts
        or path != "/".join(parts)
        or parts[0] in ("/", ".git", ".venv", ".uv")
        or ".." in parts
        or re.search(r"[\\:\x00-\x1f]", path)
    ):
        message = f"it would write to {path!r}"
        raise ValueError(message)
    return path


def _compare(manifest: Manifest, files: Mapping[str, bytes]) -> None:
    different: Iterable[str] = {
        path
        for path in {*manifest.digests, *files}
        if path not in files or manifest.digests.get(path) != digest(files[path])
    }
    if different:
        message = f"{min(different)} in it is not as its list says"
        raise ValueError(message)
