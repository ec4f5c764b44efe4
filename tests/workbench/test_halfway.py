"""Whoever has done the first tasks of an exercise is told so: these pass, and the rest is to do."""

from __future__ import annotations

import ast
from textwrap import indent
from typing import TYPE_CHECKING

import pytest

from secrets_manager.grading.course import asked_for, definitions
from secrets_manager.grading.curriculum import curriculum
from secrets_manager.grading.runner import judge, ready
from secrets_manager.grading.verdict import Status

if TYPE_CHECKING:
    from pathlib import Path

    from secrets_manager.grading.curriculum import Exercise

pytestmark = pytest.mark.workbench

# Where a solution leans on a task, what a learner would have who has not come to it.
BEFORE = {
    "1.2": """
def load(client, secret_name):
    try:
        return json.loads(client.get_secret_value(SecretId=secret_name)["SecretString"])
    except client.exceptions.ResourceNotFoundException:
        return None
""",
    "3.7": """
def without_a_lock(step):
    names = {**globals(), "take_lock": lambda connection, arn: None}
    return type(step)(step.__code__, names, step.__name__)


set_secret, finish_secret = without_a_lock(set_secret), without_a_lock(finish_secret)
""",
}


def with_the_first(done: int, exercise: Exercise) -> str:
    """Return the solution with so many of its tasks done, and the others as in the stub."""
    asked, begun = asked_for(exercise), set[str]()
    to_do = list[str]()
    for task, functions in asked.items():
        if task in [*asked][:done]:
            begun |= {*functions}
        else:
            to_do += [each for each in functions if each not in begun]
    before = [BEFORE.get(task, "") for task in [*asked][done:]]
    replaced = [
        owned(name, ast.unparse(node))
        for name, node in definitions(exercise.stub)
        if name.rpartition(".")[2] in to_do
    ]
    return "\n\n\n".join([exercise.solution.read_text("utf-8"), *before, *replaced])


def owned(name: str, definition: str) -> str:
    """Return a definition that replaces the one before it of this qualified name."""
    owner = name.rpartition(".")[0]
    return f"class {owner}({owner}):\n{indent(definition, '    ')}" if owner else definition


@pytest.mark.parametrize(
    ("exercise", "done"),
    [
        pytest.param(exercise, done, id=f"{exercise.number}, {done} done")
        for exercise in curriculum()
        for done in range(1, len(exercise.tasks))
    ],
)
def test_tasks_that_are_done_pass_and_the_rest_is_to_do(
    exercise: Exercise, done: int, tmp_path: Path
) -> None:
    file = tmp_path / exercise.file.name
    file.write_text(with_the_first(done, exercise), "utf-8")

    with ready([exercise]):
        verdict = judge(exercise, file)

    wanted = [Status.PASS] * done + [Status.TODO] * (len(exercise.tasks) - done)
    unlike = [
        f"{check.name} is {check.status}, not {status}: {check.message}"
        for task, status in zip(verdict.tasks, wanted, strict=True)
        for check in task.checks
        if check.status is not status
    ]
    assert (verdict.problem, unlike) == (None, [])
