"""Tell a learner how the exercises stand: a map of the course, and the next command."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from secrets_manager.grading.verdict import Status
from secrets_manager.lab.transcript import BOLD, DIM, GREEN, RED, YELLOW, styled

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from secrets_manager.grading.curriculum import Exercise, Task
    from secrets_manager.grading.mutants import Survivors
    from secrets_manager.grading.proof import Proof
    from secrets_manager.grading.verdict import TaskVerdict, Verdict

COLUMNS = 80
SIGNS = {
    Status.PASS: ("✓", GREEN),
    Status.TODO: ("·", DIM),
    Status.FAIL: ("✗", RED),
    Status.ERROR: ("✗", RED),
}


def standing(verdict: Verdict) -> str:
    """Return where an exercise stands, in a word or two."""
    statuses = [task.status for task in verdict.tasks]
    if verdict.status is Status.PASS:
        return "done"
    if verdict.status in (Status.FAIL, Status.ERROR):
        return "wrong"
    return "in progress" if Status.PASS in statuses else "not started"


def course_map(found: list[tuple[Exercise, Verdict]]) -> str:
    """Return every exercise with its tasks, and one sentence for each check that failed."""
    return "\n".join(line for pair in found for line in _exercise(*pair))


def next_step(found: list[tuple[Exercise, Verdict]]) -> str:
    """Return the command that gets the learner on."""
    for exercise, verdict in found:
        if verdict.problem:
            return (
                f"Next: mend {exercise.file.name}, or start it over: make reset-{exercise.number}"
            )
        task = unfinished(exercise, verdict)
        if task:
            return (
                f"Next: task {task.id} in exercises/{exercise.file.name}, then make "
                f"test-{exercise.number}; stuck? make hint-{exercise.number}"
            )
    compare = " Compare: make solution-1; or go" if found[0][0].solution.exists() else " Go"
    return f"All exercises are done.{compare} on: BACKEND=aws make example-3"


def unfinished(exercise: Exercise, verdict: Verdict) -> Task | None:
    """Return the first task that is not done yet."""
    status = {task.id: task.status for task in verdict.tasks}
    return next((task for task in exercise.tasks if status.get(task.id) is not Status.PASS), None)


def proof_table(proofs: list[Proof], problems: Iterable[str] = ()) -> str:
    """Return what does not hold, what is to write, and a table of the mistakes that are caught."""
    problems = [*problems, *(problem for proof in proofs for problem in proof.problems)]
    lines = [f"{styled('✗', RED)} {problem}" for problem in problems]
    lines += [
        f"{styled('·', YELLOW)} to write: {line}" for proof in proofs for line in proof.to_write
    ]
    lines += ["", f"  {'task':<42}{'checks':>8}{'mistakes':>10}{'caught':>8}"]
    total = [0, 0, 0]
    for row in (row for proof in proofs for row in proof.rows):
        counts = (row.checks, len(row.task.mistakes), row.caught)
        total = [sum(pair) for pair in zip(total, counts, strict=True)]
        lines.append(_row(f"{row.task.id} {row.task.title}", counts))
    return "\n".join([*lines, _row("all", total)])


def _row(title: str, counts: Iterable[int]) -> str:
    checks, mistakes, caught = counts
    return f"  {title:<42}{checks:>8}{mistakes:>10}{caught:>8}"


def survivors_report(found: list[Survivors]) -> str:
    """Return every mutant that passes and should not, and how many there are of each kind."""
    lines = [
        f"{styled('✗', RED)} exercise {each.exercise.number}, {mutant}"
        for each in found
        for mutant in each.others
    ]
    lines += [
        f"{styled('✗', RED)} exercise {each.exercise.number}: no mutant passes as is told: {one}"
        for each in found
        for one in each.unused
    ]
    lines += ["", f"  {'exercise':<42}{'mutants':>8}{'killed':>8}{'equivalent':>12}{'survive':>9}"]
    for each in found:
        title = f"{each.exercise.number} {each.exercise.title}"
        killed = each.mutants - each.equivalent - len(each.others)
        counts = f"{each.mutants:>8}{killed:>8}{each.equivalent:>12}{len(each.others):>9}"
        lines.append(f"  {title:<42}{counts}")
    return "\n".join(lines)


def _exercise(exercise: Exercise, verdict: Verdict) -> Iterator[str]:
    done = sum(task.status is Status.PASS for task in verdict.tasks)
    colour = {"done": GREEN, "wrong": RED, "in progress": YELLOW}.get(standing(verdict), DIM)
    title = f"Exercise {exercise.number}  {exercise.title}"
    state = f"{standing(verdict)}, {done} of {len(exercise.tasks)} tasks"
    yield f"\n{styled(title, BOLD)}{' ' * max(2, 60 - len(title))}{styled(state, colour)}"
    if verdict.problem:
        yield from _wrapped(verdict.problem)
    titles = {task.id: task.title for task in exercise.tasks}
    for task in verdict.tasks:
        yield from _task(task, titles[task.id])


def _task(task: TaskVerdict, title: str) -> Iterator[str]:
    sign, colour = SIGNS[task.status]
    passed = sum(check.status is Status.PASS for check in task.checks)
    count = f"  {passed} of {len(task.checks)} checks" if task.status is Status.FAIL else ""
    yield f"  {styled(sign, colour)} {task.id} {title}{styled(count, DIM)}"
    for message in dict.fromkeys(check.message for check in task.checks if check.message):
        yield from _wrapped(message)


def _wrapped(message: str) -> list[str]:
    return textwrap.wrap(
        message,
        COLUMNS,
        initial_indent="      ",
        subsequent_indent="      ",
        break_long_words=False,
        break_on_hyphens=False,
    )
