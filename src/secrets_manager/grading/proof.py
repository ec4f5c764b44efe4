"""Prove that the graders grade: what is right passes, and what is wrong fails where it must.

The stub is todo in every check. The solution and its variants pass. Each known mistake fails in
the check that is named for it, is known by what that check says, and passes all checks of
earlier tasks. And each assertion is the one by which some mistake fails: take it out, and that
mistake slips through, or is told as something else.
"""

from __future__ import annotations

import ast
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from secrets_manager.grading.overrides import compose, functions, overridden
from secrets_manager.grading.runner import judge
from secrets_manager.grading.series import Job, Outcome, judge_series
from secrets_manager.grading.verdict import Status
from secrets_manager.grading.workers import in_forks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from secrets_manager.grading.curriculum import Exercise, Mistake, Task
    from secrets_manager.grading.verdict import Verdict

    Tell = Callable[[str], None]
    Calls = dict[str, set[str]]

AT_ONCE = 30  # How many mistakes one process judges after it has collected the checks.


@dataclass(frozen=True)
class Row:
    """One task in the table: how many checks it has, how many mistakes, and how many are caught."""

    task: Task
    checks: int
    caught: int


@dataclass
class Proof:
    """What was found about one exercise; a problem is one sentence on what does not hold.

    What is still *to write* is no problem, and no finished exercise either.
    """

    exercise: Exercise
    rows: list[Row] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    to_write: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Work:
    """A call to make in a fork, and who takes what it returns, in this process."""

    call: Callable[[], Any]
    take: Callable[[Any], None]


def prove(
    exercises: Sequence[Exercise], backends: tuple[str, ...], folder: Path, tell: Tell
) -> list[Proof]:
    """Judge all that is known to be right or wrong; *tell* hears of the progress.

    The composed files are written to *folder*. A mistake is judged by the check that must catch
    it on every backend, and by those of earlier tasks on the first.
    """
    tell("Tracing which functions each check calls …")
    traces = [*in_forks([partial(calls_of_checks, exercise) for exercise in exercises])]
    studies = [_Study(Proof(exercise), backends, folder, tell) for exercise in exercises]
    works = [work for study in studies for work in study.of_wholes()]
    for study, calls in zip(studies, traces, strict=True):
        works += study.of_mistakes(calls)
    with closing(in_forks([work.call for work in works])) as returned:
        for work, result in zip(works, returned, strict=True):
            work.take(result)
    return [study.concluded() for study in studies]


@dataclass
class _Study:
    """The work of proving one exercise, and what has come of it so far."""

    proof: Proof
    backends: tuple[str, ...]
    folder: Path
    tell: Tell
    outcomes: dict[str, Outcome] = field(default_factory=dict)  # By the name of the mistake.

    def of_wholes(self) -> Iterator[_Work]:
        """Yield the work on files that are to have one status in every check."""
        exercise = self.proof.exercise
        variants = _composed(exercise.stub, exercise.variants, self.folder)
        for name, file, wanted in (
            ("the stub", exercise.stub, Status.TODO),
            ("the solution", exercise.solution, Status.PASS),
            *((name, file, Status.PASS) for name, file in variants.items()),
        ):
            call = partial(judge, exercise, file, self.backends)
            yield _Work(call, partial(self._take_whole, name, wanted))

    def of_mistakes(self, calls: Calls) -> Iterator[_Work]:
        """Yield the work on mistakes, a batch at a time, on one backend each."""
        exercise = self.proof.exercise
        files = _composed(exercise.solution, exercise.mistakes, self.folder)
        batches = [
            (jobs[start : start + AT_ONCE], backend)
            for backend in self.backends
            for jobs in [self._jobs(files, calls, first=backend == self.backends[0])]
            for start in range(0, len(jobs), AT_ONCE)
        ]
        for at, (jobs, backend) in enumerate(batches, start=1):
            call = partial(judge_series, exercise, jobs, (backend,))
            yield _Work(call, partial(self._take_batch, f"{at} of {len(batches)}"))

    def _jobs(self, files: dict[str, Path], calls: Calls, *, first: bool) -> list[Job]:
        exercise = self.proof.exercise
        tasks, known = checks_of(exercise), functions(exercise.solution)
        jobs = []
        for mistake in exercise.known_mistakes:
            if mistake.name in files and mistake.check in tasks:
                changed = overridden(known, exercise.mistakes / f"{mistake.name}.py")
                earlier = _earlier(mistake, changed, tasks, calls) if first else ()
                checks = frozenset({mistake.check, *earlier})
                jobs.append(Job(mistake.name, files[mistake.name], checks))
        return jobs

    def _take_whole(self, name: str, wanted: Status, verdict: Verdict) -> None:
        self.tell(f"Exercise {self.proof.exercise.number}: {name} judged")
        self.proof.problems += _unlike(name, wanted, verdict)

    def _take_batch(self, which: str, outcomes: list[Outcome]) -> None:
        self.tell(f"Exercise {self.proof.exercise.number}: {which} batches of mistakes judged")
        for each in outcomes:
            self.outcomes[each.name] = each.with_results_of(self.outcomes.get(each.name))

    def concluded(self) -> Proof:
        """Return the proof, with what each mistake met."""
        if not self.proof.problems:  # Else there is nothing that a mistake could be compared with.
            _compare(self.proof, self.outcomes, self.backends)
        return self.proof


def _composed(base: Path, overrides: Path, folder: Path) -> dict[str, Path]:
    """Return, by name, a file for each override in a folder, composed with *base*."""
    target = folder / overrides.parent.name / overrides.name
    target.mkdir(parents=True, exist_ok=True)
    for override in sorted(overrides.glob("*.py")):
        (target / override.name).write_text(compose(base, override))
    return {file.stem: file for file in sorted(target.glob("*.py"))}


def _unlike(name: str, wanted: Status, verdict: Verdict) -> Iterator[str]:
    """Yield where a file has another status than it is to have."""
    if verdict.problem:
        yield f"{name}: {verdict.problem}"
    for task in verdict.tasks:
        for check in task.checks:
            if check.status is not wanted:
                was = f"{check.status} in {check.name}, not {wanted}"
                yield f"{name} is {was}: {check.message}"


def _compare(proof: Proof, outcomes: dict[str, Outcome], backends: tuple[str, ...]) -> None:
    """Say of each mistake whether it met what it had to."""
    tasks = [*checks_of(proof.exercise).values()]
    lines: set[int] = set()
    for task in proof.exercise.tasks:
        caught = 0
        for mistake in task.mistakes:
            outcome = outcomes.get(mistake.name) or Outcome(mistake.name, "has no file or no check")
            problems = [*_slips(mistake, outcome, backends)]
            caught += not problems
            proof.problems += problems
            lines |= _failed_in(mistake, outcome)
        proof.rows.append(Row(task, tasks.count(task.id), caught))
    proof.problems += _never_failed(proof.exercise, lines)


def checks_of(exercise: Exercise) -> dict[str, str]:
    """Return the name of each check of an exercise with the task that it belongs to."""
    return {
        node.name: str(ast.literal_eval(mark.args[0]))
        for node in ast.parse(exercise.checks.read_text()).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
        for mark in node.decorator_list
        if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "task"
    }


def calls_of_checks(exercise: Exercise) -> Calls:
    """Return the functions of the solution that each check calls."""
    checks = frozenset(checks_of(exercise))
    job = Job("the solution", exercise.solution, checks, traced=True)
    [traced] = judge_series(exercise, [job], ("moto",))
    return traced.calls


def _earlier(
    mistake: Mistake, changed: set[str] | None, tasks: dict[str, str], calls: Calls
) -> Iterator[str]:
    """Yield the checks of earlier tasks that call what a mistake has *changed*, or all of them."""
    order = [*dict.fromkeys(tasks.values())]
    for check, task in tasks.items():
        earlier = order.index(task) < order.index(tasks[mistake.check])
        if earlier and (changed is None or changed & calls.get(check, changed)):
            yield check


def _slips(mistake: Mistake, outcome: Outcome, backends: tuple[str, ...]) -> Iterator[str]:
    """Yield what is wrong with how a mistake was judged."""
    if outcome.problem:
        yield f"mistake {mistake.name}: {outcome.problem}"
    for (check, backend), results in outcome.results.items():
        failed = [result for result in results if result.status is not Status.PASS]
        if check == mistake.check and not failed:
            yield f"mistake {mistake.name} slips through {check} on {backend}"
        elif check == mistake.check and mistake.name not in {each.mistake for each in failed}:
            as_what = failed[0].mistake or "no known mistake"
            yield (
                f"mistake {mistake.name} fails in {check} on {backend}, but is told as "
                f"{as_what}: {failed[0].words}"
            )
        elif check != mistake.check and failed:
            yield f"mistake {mistake.name} fails in {check}, of an earlier task, on {backend}"


def _failed_in(mistake: Mistake, outcome: Outcome) -> set[int]:
    return {
        line
        for (check, _), results in outcome.results.items()
        if check == mistake.check
        for result in results
        if result.mistake == mistake.name
        for line in result.lines
    }


def _never_failed(exercise: Exercise, lines: set[int]) -> Iterator[str]:
    """Yield the assertions of an exercise's checks that are on none of the lines."""
    for node in _assertions(ast.parse(exercise.checks.read_text())):
        if lines.isdisjoint(range(node.lineno, (node.end_lineno or node.lineno) + 1)):
            said = ast.unparse(node).partition("\n")[0][:60]
            yield f"{exercise.checks.name}:{node.lineno}: no mistake fails here: {said}"


def _assertions(tree: ast.Module) -> list[ast.stmt]:
    """Return every call of `expect`, of what is named after it, and of `pytest.fail`, in order."""
    found = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and ast.unparse(node.value.func).startswith(("expect", "pytest.fail"))
    ]
    return sorted(found, key=lambda node: node.lineno)
