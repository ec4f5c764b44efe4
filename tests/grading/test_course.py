"""The course's own exercises: stubs that ask, solutions that answer, and a map that is whole."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

import pytest

from secrets_manager.grading.curriculum import EXERCISES, ROOT, Exercise, curriculum
from secrets_manager.grading.learner import STUBS
from secrets_manager.grading.runner import judge, preload
from secrets_manager.grading.verdict import Status

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

programs = pytest.mark.programs
each_exercise = pytest.mark.parametrize(
    "exercise", curriculum(), ids=lambda exercise: exercise.number
)


def stub(exercise: Exercise) -> Path:
    """Return the stub as the learner first gets it."""
    return STUBS / exercise.file.name


@programs
@each_exercise
def test_every_check_of_the_stub_is_todo(exercise: Exercise) -> None:
    preload()

    verdict = judge(exercise, stub(exercise))

    checks = [check for task in verdict.tasks for check in task.checks]
    assert [check for check in checks if check.status is not Status.TODO] == []


@programs
@each_exercise
def test_every_check_of_the_solution_passes(exercise: Exercise) -> None:
    if not exercise.solution.exists():
        pytest.skip("this copy of the course has no solutions")
    preload()

    verdict = judge(exercise, exercise.solution)

    checks = [check for task in verdict.tasks for check in task.checks]
    assert [check for check in checks if check.status is not Status.PASS] == []


@each_exercise
def test_every_task_has_checks_of_its_own(exercise: Exercise) -> None:
    marked = re.findall(r'@task\("([\d.]+)"\)', exercise.checks.read_text())

    assert set(marked) == {task.id for task in exercise.tasks}


@each_exercise
def test_stub_and_solution_agree_in_names_signatures_and_docstrings(exercise: Exercise) -> None:
    if not exercise.solution.exists():
        pytest.skip("this copy of the course has no solutions")
    asked = dict(contract(ast.parse(stub(exercise).read_text())))
    answered = dict(contract(ast.parse(exercise.solution.read_text())))

    assert {name: answered.get(name) for name in asked} == asked


@each_exercise
def test_every_task_points_at_a_section_that_exists(exercise: Exercise) -> None:
    for task in exercise.tasks:
        page, _, anchor = task.docs.partition("#")
        headings = re.findall(r"^#+ (.*)$", (ROOT / page).read_text(), re.MULTILINE)
        anchors = [
            re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings
        ]
        assert anchor in anchors, f"{task.id}: {task.docs}"


@each_exercise
def test_the_stub_names_its_tasks_and_the_command_that_judges_it(exercise: Exercise) -> None:
    docstring = ast.get_docstring(ast.parse(stub(exercise).read_text())) or ""

    assert f"make test-{exercise.number}" in docstring
    for task in exercise.tasks:
        assert task.id in docstring


@each_exercise
def test_exercises_import_nothing_of_the_graders(exercise: Exercise) -> None:
    for path in (stub(exercise), exercise.solution):
        if path.exists():
            assert "secrets_manager.grading" not in path.read_text()
            assert "secrets_manager.examples" not in path.read_text()


def test_no_solution_is_without_an_exercise() -> None:
    wanted = {exercise.file.name for exercise in curriculum()}

    assert {path.name for path in STUBS.glob("*.py")} == wanted
    assert {path.name for path in (EXERCISES / "solutions").glob("*.py")} <= wanted


def contract(tree: ast.AST, prefix: str = "") -> Iterator[tuple[str, tuple[str, str | None]]]:
    """Yield every public name of a module with its signature and its docstring."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            name = f"{prefix}{node.name}"
            if isinstance(node, ast.ClassDef):
                signature = ", ".join(ast.unparse(base) for base in node.bases)
                yield from contract(node, f"{name}.")
            else:
                returns = ast.unparse(node.returns) if node.returns else ""
                signature = f"({ast.unparse(node.args)}) -> {returns}"
            yield name, (signature, ast.get_docstring(node))
