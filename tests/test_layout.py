"""The layout of the repository: who imports whom, and what lies where."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src"
EXERCISES = ROOT / "exercises"
PACKAGE = "secrets_manager"
MODULES = sorted(SOURCE.rglob("*.py"))
# Mistakes may do what nobody should, and of a draft some files become checks.
EXERCISE_FILES = [
    file for file in sorted(EXERCISES.rglob("*.py")) if not {"mistakes", ".draft"} & {*file.parts}
]
# Run by a bare Python: before the set-up, and as a process that must start fast.
STANDARD_LIBRARY_ALONE = ("environment.py", "postgres_keeper.py")

# Whom each part of the package may import; the package itself is `__init__.py`.
ALLOWED = {
    "values": {"values"},
    "client": {"client", "values"},
    PACKAGE: {"client", "values"},
    "lab": {PACKAGE, "client", "values", "lab"},
    "examples": {PACKAGE, "client", "values", "lab"},
    "grading": {PACKAGE, "client", "values", "lab", "grading"},
    "production": {"lab", "production"},
    "exercises": {PACKAGE, "client", "values", "lab"},
}

# What may be called while a module is imported: it makes a value, and touches nothing.
PURE = {
    *(
        "Path",
        "Path.resolve",
        "Path.with_suffix",
        "Path.with_name",
        "str",
        "int",
        "range",
        "tuple",
        "frozenset",
        "re.compile",
    ),
    *("dataclass", "field", "namedtuple", "TypeVar", "uuid.UUID", "Counter", "timedelta"),
    *("threading.Lock", "threading.Event", "threading.local", "ContextVar"),
    *("pytest.fixture", "pytest.hookimpl", "pytest.mark.parametrize", "functools.lru_cache"),
    *("task", "only_on_moto"),  # Marks of grading.checks.
}

REQUIRED_AT_THE_TOP = {
    *("README.md", "CLAUDE.md", "LICENSE", "Makefile", "pyproject.toml", "requirements.lock"),
    *("src", "tests", "docs"),
}
ALLOWED_AT_THE_TOP = {*REQUIRED_AT_THE_TOP, "exercises", "docker-compose.yml"}
# Written so that they do not match themselves.
HOSTS_AND_PLACES = re.compile(
    r"pypi\.(?:org|python)|pythonhosted\.org|registry\.npm[j]s|--(?:extra-)?index[-]url"
    r"|/(?:home|User[s])/\w+/|/wor[k]/|/roo[t]/"
)

# Imports modules, and reports what they did to the world meanwhile.
WITNESS = """
import importlib, os, sys

deeds = []
WATCHED = {"socket.connect", "socket.getaddrinfo", "subprocess.Popen", "os.system", "os.fork",
           "os.posix_spawn", "os.putenv", "os.unsetenv", "os.mkdir", "os.remove", "shutil.rmtree"}

def watch(event, args):
    if event in WATCHED:
        deeds.append((event, str(args[:1])))
    if event == "open" and isinstance(args[0], str):
        path, mode, flags = args
        if "/.aws" in path or flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            deeds.append((event, path))

class Environment(type(os.environ)):
    def __getitem__(self, key):
        frame = sys._getframe(1)
        while frame.f_globals["__name__"] in ("os", "collections.abc", "_collections_abc"):
            frame = frame.f_back
        if frame.f_globals["__name__"].startswith("secrets_manager"):
            deeds.append(("environment", str(key)))
        return super().__getitem__(key)

os.environ.__class__ = Environment
sys.addaudithook(watch)
for name in sys.argv[1:]:
    importlib.import_module(name)
print(deeds, getattr(sys.modules.get("boto3"), "DEFAULT_SESSION", None))
"""


def name_of(path: object) -> str:
    return str(path.relative_to(ROOT)) if isinstance(path, Path) else str(path)


each_module = pytest.mark.parametrize("module", MODULES, ids=name_of)
each_exercise_file = pytest.mark.parametrize("file", EXERCISE_FILES, ids=name_of)


@each_module
def test_a_module_imports_only_what_its_part_may(module: Path) -> None:
    part = part_of(module)

    for imported in imports_of(module):
        if imported[0] == PACKAGE:
            assert part_imported(imported) in ALLOWED[part], ".".join(imported)


def test_what_goes_to_production_takes_nothing_from_the_lab_but_its_error() -> None:
    files = (SOURCE / PACKAGE / "production").glob("*.py")
    imported = {name for file in files for name in imports_of(file) if name[0] == PACKAGE}

    assert {name[:3] for name in imported} == {(PACKAGE, "lab", "errors")}


@each_module
def test_no_module_imports_an_exercise_or_a_test(module: Path) -> None:
    assert not {imported[0] for imported in imports_of(module)} & {"exercises", "tests"}


@pytest.mark.parametrize(
    "module", [path for path in MODULES if path.name in STANDARD_LIBRARY_ALONE], ids=name_of
)
def test_what_a_bare_python_runs_needs_the_standard_library_alone(module: Path) -> None:
    assert {imported[0] for imported in imports_of(module)} <= sys.stdlib_module_names


@each_exercise_file
def test_an_exercise_imports_nothing_of_the_course_but_client_and_lab(file: Path) -> None:
    for imported in imports_of(file):
        assert imported[0] not in ("exercises", "tests")
        if imported[0] == PACKAGE:
            assert part_imported(imported) in ALLOWED["exercises"], ".".join(imported)


@pytest.mark.parametrize("module", [*MODULES, *EXERCISE_FILES], ids=name_of)
def test_a_module_does_nothing_when_it_is_imported(module: Path) -> None:
    assert not list(deeds_at_import(ast.parse(module.read_text("utf-8"))))


def test_importing_every_module_touches_nothing_outside() -> None:
    paths = [module.relative_to(SOURCE).with_suffix("") for module in MODULES]

    assert witness([".".join(path.parts) for path in paths]) == "[] None"


@pytest.mark.parametrize(
    "deed",
    [
        "import os; os.environ['CHANGED'] = 'by a module'",
        "import os; os.environ.get('HOME')",
        "import subprocess; subprocess.Popen(['true']).wait()",
        "import socket; socket.socket().connect_ex(('127.0.0.1', 9))",
        "import boto3; boto3.setup_default_session()",
        "open('/dev/null', 'w').close()",
    ],
)
def test_the_witness_of_imports_sees_what_a_module_does(deed: str, tmp_path: Path) -> None:
    """So that the test above cannot pass because it sees nothing."""
    (tmp_path / "secrets_manager_imagined.py").write_text(deed)

    assert witness(["secrets_manager_imagined"], tmp_path) != "[] None"


@pytest.mark.parametrize(
    "line",
    [
        "client = boto3.client('sts')",
        "HOME = os.environ['HOME']",
        "HOME = environ.get('HOME')",
        "HOME = os.getenv('HOME')",
        "TEXT = Path('x').read_text()",
        "def f(now=time.time()): pass",
        "class A:\n    started = time.time()",
        "@register('a')\ndef f(): pass",
        "with open('x') as file: pass",
        "for name in names: print(name)",
        "if sys.argv: main()",
        "main()",
    ],
)
def test_a_deed_at_import_is_seen(line: str) -> None:
    """So that the tests above cannot pass because they see nothing."""
    assert list(deeds_at_import(ast.parse(line)))


def test_an_import_is_seen_wherever_it_stands(tmp_path: Path) -> None:
    file = SOURCE / PACKAGE / "lab" / "imagined.py"
    text = (
        "from __future__ import annotations\nimport os.path\nfrom secrets_manager import lab\n"
        "def f():\n    from . import postgres\n    from ..grading.plugin import load\n"
    )

    found = {".".join(imported) for imported in imports_in(ast.parse(text), file)}

    assert found == {
        "__future__.annotations",
        "os.path",
        "secrets_manager.lab",
        "secrets_manager.lab.postgres",
        "secrets_manager.grading.plugin.load",
    }


def test_the_top_of_the_repository_holds_what_it_should_and_nothing_else() -> None:
    names = {path.split("/")[0] for path in tracked_files()}

    assert {name for name in REQUIRED_AT_THE_TOP if not (ROOT / name).exists()} == set()
    assert {name for name in names if not name.startswith(".")} <= ALLOWED_AT_THE_TOP


def test_no_file_names_a_package_registry_or_a_place_on_somebodys_machine() -> None:
    for path in tracked_files():
        file = ROOT / path
        if file.is_file():
            found = HOSTS_AND_PLACES.search(file.read_text("utf-8", errors="replace"))
            assert not found, f"{path}: {found}"


def test_a_registry_and_a_place_on_a_machine_are_seen() -> None:
    """So that the test above cannot pass because it sees nothing."""
    hosts = ["pypi" + ".org/simple", "files.python" + "hosted.org", "--index" + "-url x"]
    places = ["/home" + "/ann/course", "/Us" + "ers/ann/course", "/wo" + "rk/main", "/ro" + "ot/x"]

    assert all(HOSTS_AND_PLACES.search(text) for text in hosts + places)


def tracked_files() -> list[str]:
    """Return what the repository holds; what a learner adds to a checkout is the learner's."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("this is no git checkout")
    listing = subprocess.run([git, "-C", ROOT, "ls-files", "-z"], capture_output=True, check=True)
    return [path for path in listing.stdout.decode().split("\0") if path]


def part_of(module: Path) -> str:
    """Return the part of the package that a module belongs to."""
    first = module.relative_to(SOURCE / PACKAGE).parts[0].removesuffix(".py")
    return PACKAGE if first == "__init__" else first


def part_imported(imported: tuple[str, ...]) -> str:
    """Return the part of the package that an import reaches: a public name is the package's."""
    name = imported[1] if len(imported) > 1 else ""
    is_part = (SOURCE / PACKAGE / name).is_dir() or (SOURCE / PACKAGE / f"{name}.py").exists()
    return name if name and is_part else PACKAGE


def imports_of(file: Path) -> set[tuple[str, ...]]:
    """Return the dotted names that a file imports, also inside functions and for types."""
    return set(imports_in(ast.parse(file.read_text("utf-8")), file))


def imports_in(tree: ast.Module, file: Path) -> Iterator[tuple[str, ...]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (tuple(alias.name.split(".")) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = file.relative_to(SOURCE).parts[: -node.level] if node.level else ()
            module = tuple(node.module.split(".")) if node.module else ()
            yield from ((*above, *module, alias.name) for alias in node.names)


def deeds_at_import(tree: ast.Module) -> Iterator[str]:
    """Yield what a module does beyond making values, while it is imported."""
    own = {node.name for node in tree.body if isinstance(node, ast.ClassDef | ast.FunctionDef)}
    for statement in run_at_import(tree.body):
        if isinstance(statement, ast.For | ast.While | ast.With | ast.Try | ast.Expr | ast.If):
            yield f"line {statement.lineno}: a statement"
        for node in evaluated(statement):
            if isinstance(node, ast.Attribute | ast.Name) and name_in(node) in (
                "os.environ",
                "environ",
            ):
                yield f"line {node.lineno}: the environment"
            if isinstance(node, ast.Call) and name_in(node.func) not in PURE | own:
                yield f"line {node.lineno}: {name_in(node.func)}"


def run_at_import(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements of a module and its classes; not a guarded main, not a docstring."""
    guards = ("TYPE_CHECKING", "__name__ == '__main__'")
    for statement in body:
        if isinstance(statement, ast.If) and ast.unparse(statement.test) in guards:
            continue
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
            continue
        yield statement
        if isinstance(statement, ast.ClassDef):
            yield from run_at_import(statement.body)


def evaluated(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what is evaluated with a statement; a body is only for the time of a call."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        defaults = [*node.args.defaults, *(d for d in node.args.kw_defaults if d)]
        inner: list[ast.AST] = [*getattr(node, "decorator_list", []), *defaults]
    elif isinstance(node, ast.ClassDef):
        inner = [*node.decorator_list, *node.bases, *node.keywords]
    else:
        yield node
        inner = list(ast.iter_child_nodes(node))
    for child in inner:
        yield from evaluated(child)


def name_in(node: ast.AST) -> str:
    """Return the dotted name of a callable, `Path.resolve` for `Path(…).resolve`."""
    if isinstance(node, ast.Attribute):
        return f"{name_in(node.value)}.{node.attr}"
    if isinstance(node, ast.Call):
        return name_in(node.func)
    return node.id if isinstance(node, ast.Name) else ast.unparse(node)


def witness(modules: list[str], folder: Path = SOURCE) -> str:
    """Return what a fresh Python saw while it imported modules, and boto3's session after that."""
    code = f"import sys; sys.path.insert(0, {str(folder)!r})\n{WITNESS}"
    run = subprocess.run(
        [sys.executable, "-I", "-B", "-c", code, *modules],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout.strip()
