"""The rules that the course's files keep, as far as nothing has to run to see it.

Each rule takes one exercise and yields a sentence for each place where it is broken.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from secrets_manager.grading.curriculum import EXERCISES, ROOT
from secrets_manager.grading.overrides import docstring
from secrets_manager.lab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from secrets_manager.grading.curriculum import Exercise, Task

    Definition = ast.FunctionDef | ast.ClassDef

MISTAKES, VARIANTS = 12, 4  # Of a finished exercise, at least.
TELLING_CHARACTERS = 25  # A line of a solution this long is its author's, and no idiom.
TO_WRITE = "To write:"


def expect_files(exercise: Exercise) -> None:
    """Go on only where all that an exercise consists of is there, and is Python.

    Raises:
        LabError: Something is not.
    """
    for file in files_of(exercise):
        try:
            ast.parse(file.read_text("utf-8"))
        except FileNotFoundError:
            problem = f"{relative(file)} is not there, and exercise {exercise.number} needs it"
        except (SyntaxError, ValueError) as error:
            line = getattr(error, "lineno", None) or 1
            problem = f"{relative(file)}:{line} is not Python: {getattr(error, 'msg', error)}"
        else:
            continue
        message = f"{problem}. When that is mended: make check-{exercise.number}"
        raise LabError(message)


def files_of(exercise: Exercise) -> list[Path]:
    """Return the Python files that are written for an exercise."""
    overrides = (*exercise.mistakes.glob("*.py"), *exercise.variants.glob("*.py"))
    return [exercise.stub, exercise.solution, exercise.checks, *sorted(overrides)]


def problems_of(exercise: Exercise) -> list[str]:
    """Return what is wrong with the files of one exercise."""
    rules = (contracts, stories, checks, hints, sections, mistakes)
    return [problem for rule in rules for problem in rule(exercise)]


def contracts(exercise: Exercise) -> Iterator[str]:
    """Stub and solution agree in names, signatures and docstrings."""
    asked, answered = contract(exercise.stub), contract(exercise.solution)
    for name, agreed in asked.items():
        if name not in answered:
            yield f"{relative(exercise.solution)} has no {name}, which the stub asks for"
        elif answered[name] != agreed:
            what = "signature" if answered[name][0] != agreed[0] else "docstring"
            yield f"{relative(exercise.solution)}: the {what} of {name} is not the stub's"


def contract(file: Path) -> dict[str, tuple[str, str | None]]:
    """Return every function, class and method of a file, with its signature and its docstring."""
    return {name: (_signature(node), ast.get_docstring(node)) for name, node in definitions(file)}


def _signature(node: Definition) -> str:
    if isinstance(node, ast.ClassDef):
        return ", ".join(ast.unparse(base) for base in node.bases)
    return f"({ast.unparse(node.args)}) -> {ast.unparse(node.returns) if node.returns else ''}"


def definitions(file: Path) -> Iterator[tuple[str, Definition]]:
    """Yield the functions and classes of a file, and their methods, by qualified name."""

    def below(tree: ast.AST, prefix: str) -> Iterator[tuple[str, Definition]]:
        for node in ast.iter_child_nodes(tree):
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                yield f"{prefix}{node.name}", node
            if isinstance(node, ast.ClassDef):
                yield from below(node, f"{prefix}{node.name}.")

    return below(ast.parse(file.read_text("utf-8")), "")


def stories(exercise: Exercise) -> Iterator[str]:
    """The stub's docstring names its tasks, in order, and the command that judges it."""
    told, named = docstring(exercise.stub), [*asked_for(exercise)]
    wanted = [task.id for task in exercise.tasks]
    if f"make test-{exercise.number}" not in told:
        yield f"{relative(exercise.stub)} does not name the command make test-{exercise.number}"
    if named != wanted:
        yield f"{relative(exercise.stub)} tells the tasks {named}, and the curriculum {wanted}"


def asked_for(exercise: Exercise) -> dict[str, list[str]]:
    """Return the functions that each task is about: those that its line in the story names."""
    lines = re.findall(r"^ *(\d+\.\d+)  (.*)$", docstring(exercise.stub), re.MULTILINE)
    names = {name.rpartition(".")[2] for name, _ in definitions(exercise.stub)}
    return {
        task: [word for word in re.findall(r"\w+", line) if word in names] for task, line in lines
    }


def checks(exercise: Exercise) -> Iterator[str]:
    """Every task has checks of its own, and every check belongs to a task."""
    marked = set(re.findall(r'@task\("([\d.]+)"\)', exercise.checks.read_text("utf-8")))
    known = {task.id for task in exercise.tasks}
    yield from (f"task {task} has no check" for task in sorted(known - marked))
    for task in sorted(marked - known):
        yield f"{exercise.checks.name} has checks of a task {task} that the curriculum lacks"


def hints(exercise: Exercise) -> Iterator[str]:
    """Each hint is shorter than the answer to its task, and free of its lines."""
    for task in exercise.tasks:
        answer = answer_to(exercise, task)
        if not answer:
            yield f"task {task.id}: the stub's docstring names no function of the solution for it"
            continue
        lines = telling_lines(answer, exercise.stub.read_text("utf-8"))
        size = len("".join(ast.unparse(node) for node in answer))
        for rung, hint in enumerate(task.hints, 1):
            if len(hint) >= size:
                yield f"task {task.id}: hint {rung} is as long as the answer, {size} characters"
            for line in sorted(line for line in lines if line in folded(hint)):
                yield f"task {task.id}: hint {rung} gives a line of the answer away: {line}"


def answer_to(exercise: Exercise, task: Task) -> list[ast.FunctionDef]:
    """Return the solution's functions that a task asks for, and the helpers that these call.

    A helper is what the stub does not have. Docstrings are left out.
    """
    given = {name.rpartition(".")[2] for name, _ in definitions(exercise.stub)}
    functions = {
        name.rpartition(".")[2]: node
        for name, node in definitions(exercise.solution)
        if isinstance(node, ast.FunctionDef)
    }
    wanted = [name for name in asked_for(exercise).get(task.id, []) if name in functions]
    for name in wanted:  # Grows meanwhile.
        helpers = (_names_in(functions[name]) & functions.keys()) - given
        wanted += sorted(helpers - {*wanted})
    return [_without_docstring(functions[name]) for name in wanted]


def _names_in(function: ast.FunctionDef) -> set[str]:
    return {
        node.id if isinstance(node, ast.Name) else node.attr
        for node in ast.walk(function)
        if isinstance(node, (ast.Name, ast.Attribute))
    }


def _without_docstring(function: ast.FunctionDef) -> ast.FunctionDef:
    if ast.get_docstring(function) is not None:
        function.body = function.body[1:] or [ast.Pass()]
    return function


def telling_lines(code: Iterable[ast.AST], *known: str) -> set[str]:
    """Return the lines of code that are long enough to be told, and are in none of the texts.

    Lines are as Python itself would write them, so that no formatting hides one.
    """
    elsewhere = [folded(text) for text in known]
    lines = (folded(line) for node in code for line in ast.unparse(node).splitlines())
    return {
        line
        for line in lines
        if len(line) >= TELLING_CHARACTERS and not any(line in text for text in elsewhere)
    }


def folded(text: str) -> str:
    """Return a text with single spaces and single quotes, so that lines can be found in it."""
    return " ".join(text.replace('"', "'").split())


def sections(exercise: Exercise) -> Iterator[str]:
    """Every task and every mistake points at a section of docs/ that exists."""
    for task in exercise.tasks:
        for what, docs in [
            (f"task {task.id}", task.docs),
            *((f"mistake {mistake.name}", mistake.docs) for mistake in task.mistakes),
        ]:
            if section(docs) is None:
                yield f"{what} points at {docs}, and there is no such section"


def section(docs: str) -> str | None:
    """Return the text of a section such as docs/patterns.md#read-safely, or None."""
    page, _, anchor = docs.partition("#")
    if not (ROOT / page).is_file():
        return None
    parts = re.split(r"^#+ (.*)$", (ROOT / page).read_text("utf-8"), flags=re.MULTILINE)
    texts = dict(zip(map(anchor_of, parts[1::2]), parts[2::2], strict=True))
    return texts.get(anchor)


def anchor_of(heading: str) -> str:
    """Return the anchor that GitHub gives to a heading."""
    return re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-")


def mistakes(exercise: Exercise) -> Iterator[str]:
    """Every file of a mistake is named in the curriculum, and the other way round; each says why.

    So does each variant say what is different about it.
    """
    files = {file.stem for file in exercise.mistakes.glob("*.py")}
    named = [mistake.name for mistake in exercise.known_mistakes]
    folder = relative(exercise.mistakes)
    yield from (f"{folder}/{name}.py is not named in the curriculum" for name in files - {*named})
    yield from (f"mistake {name} has no file {folder}/{name}.py" for name in {*named} - files)
    yield from (f"mistake {name} is named twice" for name in {*named} if named.count(name) > 1)
    for file in [*sorted(exercise.mistakes.glob("*.py")), *sorted(exercise.variants.glob("*.py"))]:
        if not docstring(file):
            yield f"{relative(file)} has no docstring that says what it is"


def to_write(exercise: Exercise) -> list[str]:
    """Return what an exercise still lacks before it is a finished one."""
    lines = [
        f"{place}: {_said(line)}"
        for place, text in _texts(exercise)
        for line in text.splitlines()
        if TO_WRITE in line
    ]
    for kind, folder, wanted in (
        ("mistakes", exercise.mistakes, MISTAKES),
        ("variants", exercise.variants, VARIANTS),
    ):
        found = len([*folder.glob("*.py")])
        if found < wanted:
            lines.append(f"{relative(folder)}: {wanted - found} more {kind}, {found} of {wanted}")
    return lines


def _said(line: str) -> str:
    return line.partition(TO_WRITE)[2].strip(' ."')


def _texts(exercise: Exercise) -> Iterator[tuple[str, str]]:
    """Yield everything that is written about an exercise, with the place where it stands."""
    for file in files_of(exercise):
        yield relative(file), file.read_text("utf-8")
    for task in exercise.tasks:
        for rung, hint in enumerate(task.hints, 1):
            yield f"exercises/curriculum.toml, hint {rung} of task {task.id}", hint
        for mistake in task.mistakes:
            yield f"exercises/curriculum.toml, belief of {mistake.name}", mistake.belief
    for docs in sorted({task.docs for task in exercise.tasks}):
        yield docs, section(docs) or ""


def strays(exercises: Sequence[Exercise], folder: Path = EXERCISES) -> list[str]:
    """Return the files in exercises/ that belong to no exercise.

    The dated copies that `make reset-N` keeps are the learner's, and no strays.
    """
    numbers = "|".join(exercise.number for exercise in exercises)
    one = rf"exercise_(?:{numbers})"
    expected = re.compile(
        rf"curriculum\.toml|\.draft/[\w.]+|solutions/(?:README\.md|equivalent\.toml)|{one}\.20[\d-]+\.py"
        rf"|(?:|\.stubs/|solutions/){one}\.py|(?:mistakes|variants)/{one}/\w+\.py"
    )
    found = (path.relative_to(folder) for path in sorted(folder.rglob("*")) if path.is_file())
    return [
        f"exercises/{path} belongs to no exercise"
        for path in found
        if "__pycache__" not in path.parts and not expected.fullmatch(path.as_posix())
    ]


def relative(path: Path) -> str:
    """Return a path as it is seen from the top of the course; one elsewhere stays as it is."""
    return str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path)
