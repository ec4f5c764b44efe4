"""Tell a learner how the exercises stand: a map of the course, and the next command."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from secrets_manager.grading.verdict import Status
from secrets_manager.lab.transcript import BOLD, DIM, GREEN, RED, YELLOW, styled

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

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
    statuses = [check.status for task in verdict.tasks for check in task.checks]
    if verdict.status is Status.PASS:
        return "done"
    if verdict.status in (Status.FAIL, Status.ERROR):
        return "wrong"
    return "in progress" if Status.PASS in statuses else "not started"


def course_map(found: list[tuple[Exercise, Verdict]]) -> str:
    """Return every exercise with its tasks, and one sentence for each check that failed."""
    return "\n".join(line for pair in found for line in _exercise(*pair))


def next_step(found: list[tuple[Exercise, Verdict]], course: Sequence[Exercise]) -> str:
    """Return the command that gets the learner on, where *found* is some or all of the course."""
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
    last = found[-1][0]
    compare = f" Compare: make solution-{last.number}; or go" if last.solution.exists() else " Go"
    if len(found) == len(course):
        return f"All exercises are done.{compare} on, to AWS: docs/production.md"
    following = course[course.index(last) + 1 :]
    command = f"make test-{following[0].number}" if following else "make progress"
    return f"Exercise {last.number} is done.{compare} on: {command}"


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
    yield f"\n{styled(title, BOLD)}{' ' * max(2, 53 - len(title))}{styled(state, colour)}"
    if verdict.problem:
        yield from _wrapped(verdict.problem)
    titles = {task.id: task.title for task in exercise.tasks}
    first = next((task for task in verdict.tasks if task.status is Status.FAIL), None)
    told = set[str]()
    for task in verdict.tasks:
        yield _task(task, titles[task.id])
        yield from _words(task, told, is_first=task is first)


def _task(task: TaskVerdict, title: str) -> str:
    sign, colour = SIGNS[task.status]
    passed = sum(check.status is Status.PASS for check in task.checks)
    is_begun = task.status is Status.FAIL or 0 < passed < len(task.checks)
    count = f"  {passed} of {len(task.checks)} checks" if is_begun else ""
    return f"  {styled(sign, colour)} {task.id} {title}{styled(count, DIM)}"


def _words(task: TaskVerdict, told: set[str], *, is_first: bool) -> Iterator[str]:
    """Yield what happened, each thing once, however many checks meet it.

    What may be behind it is told of the *first* task that fails, as later ones lean on it; and
    where the first check of that task fails, of that one alone, as it is the plainest.
    """
    again = 0
    plainest = task.checks[:1]
    trusted = plainest if any(each.status is Status.FAIL for each in plainest) else task.checks
    for check in task.checks:
        if check.words is None:
            continue
        if check.words.happened in told:
            again += check.status is Status.FAIL
            continue
        told.add(check.words.happened)
        is_sure = is_first and check in trusted
        yield from _wrapped(str(check.words if is_sure else check.words._replace(cure="")))
    if again:
        checks = "1 more check fails" if again == 1 else f"{again} more checks fail"
        yield from _wrapped(f"{checks} in a way that is told above.")


def _wrapped(message: str) -> list[str]:
    return textwrap.wrap(
        message,
        COLUMNS,
        initial_indent="      ",
        subsequent_indent="      ",
        break_long_words=False,
        break_on_hyphens=False,
    )
