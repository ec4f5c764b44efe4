"""Pack a rotation handler into the zip that AWS Lambda runs: `make lambda`.

The file goes in byte for byte, as `rotation.py`. Beside it lie `secrets_manager` as a handler may
use it, and psycopg and boto3 for Lambda's Python, in the versions and with the hashes of
requirements.lock. The same input makes the same bytes.

https://docs.aws.amazon.com/lambda/latest/dg/python-package.html
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import io
import re
import ssl
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from secrets_manager.lab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

ROOT = Path(__file__).resolve().parents[3]
LOCK = ROOT / "requirements.lock"
PACKAGE = ROOT / "src" / "secrets_manager"
BUILT = ROOT / ".build"
EXERCISE = Path("exercises/exercise_3.py")

HANDLER = "rotation.py"
CA_BUNDLE = "database-ca.pem"
# By distribution, as it is asked for. boto3 too: the runtime has one of its own, but in another
# version than the tests had, and AWS changes it without being asked.
PACKED = {"boto3": "boto3", "psycopg": "psycopg[binary]"}
# What these are by the names that a program imports, with all that they bring along.
MODULES = frozenset(
    {
        *("boto3", "botocore", "dateutil", "jmespath", "s3transfer", "six", "urllib3"),
        *("psycopg", "psycopg_binary", "typing_extensions"),
    }
)
FOR_TYPES = ("TYPE_CHECKING", "typing.TYPE_CHECKING")
FAILED_IMPORTS = ("ImportError", "ModuleNotFoundError")
RUNTIME = "python3.14"
# python3.12 and later run on Amazon Linux 2023, which has glibc 2.34.
PLATFORMS = {"x86_64": "x86_64-manylinux_2_28", "arm64": "aarch64-manylinux_2_28"}

# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
MOST_ZIPPED_MB = 50  # For an upload without S3.
MOST_UNZIPPED_MB = 250
MEGABYTE = 1024 * 1024

# What a zip remembers of a file beside its content, the same for all and on every system.
READABLE_BY_ALL = 0o100644 << 16
UNIX = 3
# What an installer leaves beside packages: scripts and records with paths of this machine.
NOT_PACKED = re.compile(
    r"bin/|\.lock$|.*\.dist-info/(RECORD|INSTALLER|REQUESTED|direct_url\.json|uv_.*)$"
)


class Zip(NamedTuple):
    """A zip that was built, and how large its files are."""

    file: Path
    unzipped_bytes: int


def main(arguments: Sequence[str] | None = None) -> int:
    """Pack what the arguments say; return the exit status."""
    options = _parser().parse_args(arguments)
    try:
        built = build(options.file, options.architecture, options.runtime, options.ca)
    except LabError as error:
        print(f"make lambda: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    print(summary(built, with_ca=options.ca is not None))
    return 0


def build(
    handler: Path,
    architecture: str = "x86_64",
    runtime: str = RUNTIME,
    ca_bundle: Path | None = None,
    folder: Path = BUILT,
) -> Zip:
    """Pack a handler for one of Lambda's processors and Pythons, into *folder*.

    The zip's name bears the beginning of its SHA-256: another content has another name. What was
    built there before is removed.

    Raises:
        LabError: There is nothing to pack, or it cannot be packed; the zip of before stays.
    """
    if architecture not in PLATFORMS:
        message = f"ARCH={architecture} is unknown: choose {' or '.join(PLATFORMS)}"
        raise LabError(message)
    if not re.fullmatch(r"python3\.\d+", runtime):
        message = f"RUNTIME={runtime} is unknown: name a Python of Lambda's, such as {RUNTIME}"
        raise LabError(message)
    own = {HANDLER: read_handler(handler)}
    _refuse_missing_imports(handler, own[HANDLER])
    if ca_bundle:
        own[CA_BUNDLE] = _read_ca_bundle(ca_bundle)
    _say(f"Packing {handler} for {runtime} on {architecture} …")
    contents = {**_packages(PLATFORMS[architecture], runtime), **_course(), **own}
    return _write(contents, folder)


def read_handler(file: Path) -> bytes:
    """Return what is in the file, where that is a whole handler.

    Raises:
        LabError: It cannot be read, is no Python, is not done, or has no function `handler`.
    """
    try:
        source = file.read_bytes()
        tree = ast.parse(source)
    except OSError as error:
        message = f"{file}: {error.strerror}. Name a handler's file: make lambda FILE=…"
        raise LabError(message) from error
    except (SyntaxError, ValueError) as error:
        message = f"{file} is no Python: {error}. Mend it, then: make lambda"
        raise LabError(message) from error
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    todo = [function.name for function in functions if _is_todo(function)]
    if todo:
        message = f"{file} is not done, to be written are {', '.join(todo)}. Next: make test-3"
        raise LabError(message)
    if not any(function.name == "handler" and function in tree.body for function in functions):
        message = f"{file} has no function named handler. Name another file: make lambda FILE=…"
        raise LabError(message)
    return source


def _is_todo(function: ast.FunctionDef) -> bool:
    """Return whether a function ends in `raise NotImplementedError`, as a stub's does."""
    last = function.body[-1]
    return isinstance(last, ast.Raise) and "NotImplementedError" in ast.unparse(last)


def _read_ca_bundle(file: Path) -> bytes:
    """Return a bundle of CA certificates.

    Raises:
        LabError: It cannot be read, holds no certificate, or holds a key, which is not to travel.
    """
    try:
        bundle = file.read_bytes()
        if b"PRIVATE KEY" in bundle:
            message = f"CA={file} holds a private key. Name a file of certificates alone"
            raise LabError(message)
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(file)
    except OSError as error:  # An ssl.SSLError is one, too.
        message = f"CA={file} is no bundle of certificates ({error}). See docs/production.md"
        raise LabError(message) from error
    return bundle


def _packages(platform: str, runtime: str) -> dict[str, bytes]:
    """Return the files of the packages for a platform, fetched by uv and checked by their hashes.

    Raises:
        LabError: uv failed.
    """
    pins = dict(re.findall(r"^([a-z0-9-]+)==([^ ]+)", LOCK.read_text("utf-8"), re.M))
    with tempfile.TemporaryDirectory() as name:
        folder, wanted = Path(name, "packages"), Path(name, "wanted.txt")
        wanted.write_text("".join(f"{PACKED[each]}=={pins[each]}\n" for each in PACKED))
        command = (
            *(str(Path(sys.prefix, "bin", "uv")), "pip", "install", "--quiet"),
            *("--target", str(folder), "--python", sys.executable),
            *("--python-platform", platform, "--python-version", runtime.removeprefix("python")),
            *("--only-binary", ":all:", "--require-hashes"),
            *("--requirements", str(wanted), "--constraints", str(LOCK)),
        )
        if subprocess.run(command, cwd=ROOT).returncode != 0:
            message = (
                "uv could not bring the packages, its own words are above. "
                "When that is mended (often the network, or RUNTIME): make lambda"
            )
            raise LabError(message)
        paths = {str(path.relative_to(folder)): path for path in folder.rglob("*")}
        return {
            name: path.read_bytes()
            for name, path in paths.items()
            if path.is_file() and not NOT_PACKED.match(name)
        }


def _course() -> dict[str, bytes]:
    """Return the modules of the course that a handler may import: the package without its rooms."""
    return {f"{PACKAGE.name}/{path.name}": path.read_bytes() for path in PACKAGE.glob("*.py")}


def _refuse_missing_imports(handler: Path, source: bytes) -> None:
    """Refuse a handler that imports what Lambda will not have.

    Raises:
        LabError: The handler imports a module that is neither packed nor Python's own.
    """
    for module in lacking(source):
        message = (
            f"{handler} imports {module}, which Lambda will not have: a handler may use "
            f"secrets_manager without its lab, and {', '.join(PACKED)}. Then: make lambda"
        )
        raise LabError(message)


def lacking(source: bytes) -> list[str]:
    """Return the modules that a program imports and Lambda does not have."""
    return [module for module in _imported(source) if not _is_packed(module)]


def _is_packed(module: str) -> bool:
    package, _, inside = module.partition(".")
    if package == PACKAGE.name:
        return not (inside and (PACKAGE / inside.partition(".")[0]).is_dir())
    return package in MODULES or package in sys.stdlib_module_names


def _imported(source: bytes) -> Iterator[str]:
    """Yield the modules that a program imports, at once or in a function.

    Left out is what is for types alone, or may fail with an ImportError.
    """
    for statement in _needed(ast.parse(source).body):
        if isinstance(statement, ast.Import):
            yield from (alias.name for alias in statement.names)
        elif isinstance(statement, ast.ImportFrom) and statement.module:
            yield statement.module
            yield from _rooms(statement)


def _needed(statements: Iterable[ast.AST]) -> Iterator[ast.AST]:
    for each in statements:
        if isinstance(each, ast.If) and ast.unparse(each.test) in FOR_TYPES:
            yield from _needed(each.orelse)
        elif isinstance(each, ast.Try) and any(_forgives(one.type) for one in each.handlers):
            yield from _needed([*each.handlers, *each.orelse, *each.finalbody])
        elif isinstance(each, ast.With) and any(_forgives(one.context_expr) for one in each.items):
            continue
        else:
            yield each
            yield from _needed(ast.iter_child_nodes(each))


def _forgives(errors: ast.expr | None) -> bool:
    """Return whether a failed import is among what is caught; no type at all catches all."""
    return errors is None or any(name in ast.unparse(errors) for name in FAILED_IMPORTS)


def _rooms(statement: ast.ImportFrom) -> Iterator[str]:
    """Yield the rooms of the course among the names of `from secrets_manager import …`."""
    for alias in statement.names:
        if statement.module == PACKAGE.name and (PACKAGE / alias.name).is_dir():
            yield f"{PACKAGE.name}.{alias.name}"


def _write(contents: Mapping[str, bytes], folder: Path) -> Zip:
    """Write the zip in the place of the one before.

    Raises:
        LabError: It is larger than Lambda takes, or cannot be written.
    """
    unzipped = sum(map(len, contents.values()))
    if unzipped > MOST_UNZIPPED_MB * MEGABYTE:
        message = f"{unzipped / MEGABYTE:.0f} MB are more than Lambda's {MOST_UNZIPPED_MB} MB"
        raise LabError(message)
    data = _zipped(contents)
    file = folder / f"rotation-{hashlib.sha256(data).hexdigest()[:12]}.zip"
    new = file.with_suffix(".new")
    try:
        folder.mkdir(exist_ok=True)
        new.write_bytes(data)
        for old in folder.glob("rotation-*.zip"):
            old.unlink()
        return Zip(new.rename(file), unzipped)
    except OSError as error:
        new.unlink(missing_ok=True)
        message = f"{folder}: {error.strerror}. Mend it, then: make lambda"
        raise LabError(message) from error


def _zipped(contents: Mapping[str, bytes]) -> bytes:
    """Return a zip that depends on names and contents alone."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name in sorted(contents):
            entry = zipfile.ZipInfo(name)  # Of 1980, whatever the time is.
            entry.external_attr = READABLE_BY_ALL
            entry.create_system = UNIX
            archive.writestr(entry, contents[name], zipfile.ZIP_DEFLATED, compresslevel=9)
    return data.getvalue()


def summary(built: Zip, *, with_ca: bool) -> str:
    """Return what was built, how large it is, and what comes next."""
    place = built.file.relative_to(ROOT) if built.file.is_relative_to(ROOT) else built.file
    sizes = (
        f"{built.file.stat().st_size / MEGABYTE:.1f} MB zipped (a direct upload takes "
        f"{MOST_ZIPPED_MB}), {built.unzipped_bytes / MEGABYTE:.1f} MB unzipped "
        f"(Lambda takes {MOST_UNZIPPED_MB})"
    )
    warning = (
        "No CA bundle is packed: with verify-full, the template's default, the function will "
        "refuse to connect. Pack one: make lambda CA=path/to/global-bundle.pem\n"
    )
    return (
        f"{place}: {sizes}\n{'' if with_ca else warning}Next: docs/production.md, which deploys it"
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m secrets_manager.production.package")
    parser.add_argument("--file", type=Path, default=EXERCISE)
    parser.add_argument("--architecture", default="x86_64")
    parser.add_argument("--runtime", default=RUNTIME)
    parser.add_argument("--ca", type=Path)
    return parser


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
