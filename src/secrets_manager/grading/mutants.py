"""Judge mutants of the solutions: a check that no mutant fails, or a mutant that passes, tells.

A mutant is the solution with one small change, as mutmut makes it. One that passes every check
is either wrong, and a check is missing; or it does the same as the solution, and
exercises/solutions/equivalent.toml says why.
"""

from __future__ import annotations

import ast
import json
import subprocess
import tempfile
import tomllib
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from secrets_manager.grading.curriculum import ROOT
from secrets_manager.grading.proof import calls_of_checks, checks_of
from secrets_manager.grading.series import Job, judge_series
from secrets_manager.grading.verdict import Status
from secrets_manager.grading.workers import in_forks
from secrets_manager.lab.errors import LabError
from secrets_manager.lab.isolated import install

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from secrets_manager.grading.curriculum import Exercise
    from secrets_manager.grading.series import Outcome

    Calls = dict[str, set[str]]

LOCK = Path(__file__).with_name("mutmut.lock")
MUTATE = Path(__file__).with_name("mutate.py")
VENV = ROOT / ".mutants"
EQUIVALENT = ROOT / "exercises" / "solutions" / "equivalent.toml"
AT_ONCE = 20  # How many mutants one process judges after it has collected the checks.


@dataclass(frozen=True)
class Mutant:
    """The solution with one change: where it is, and what the changed lines were and are."""

    function: str
    line: int
    old: str
    new: str
    code: str = field(repr=False)

    def __str__(self) -> str:
        return f"line {self.line}, in {self.function}\n      - {self.old}\n      + {self.new}"


@dataclass(frozen=True)
class Equivalent:
    """Mutants that do the same as the solution, and why; a text that ends in … is a beginning."""

    exercise: str
    reason: str
    function: str = "…"
    old: str = "…"
    new: str = "…"

    def matches(self, exercise: Exercise, mutant: Mutant) -> bool:
        """Return whether this tells of a mutant of that exercise."""
        return self.exercise == exercise.number and all(
            said == is_ or (said.endswith("…") and is_.startswith(said[:-1]))
            for said, is_ in (
                (self.function, mutant.function),
                (self.old, mutant.old),
                (self.new, mutant.new),
            )
        )


@dataclass(frozen=True)
class Survivors:
    """The mutants of an exercise that pass: those that are known to be equivalent, and others.

    *unused* tells of mutants that do not pass, or are not made any more.
    """

    exercise: Exercise
    mutants: int
    equivalent: int
    others: list[Mutant]
    unused: list[Equivalent]


def survivors(
    exercise: Exercise,
    mutants: Sequence[Mutant],
    known: Sequence[Equivalent],
    tell: Callable[[str], None],
) -> Survivors:
    """Judge mutants of an exercise's solution on moto; *tell* hears of the progress.

    Raises:
        LabError: The solution itself does not pass, so that no mutant tells anything.
    """
    _expect_right(exercise)
    [calls] = in_forks([partial(calls_of_checks, exercise)])
    passed: list[Mutant] = []
    judged = 0
    with tempfile.TemporaryDirectory(prefix="secrets-course-mutants-") as folder:
        works = _works(exercise, mutants, calls, Path(folder))
        with closing(in_forks(works)) as found:
            for outcomes in found:
                passed += [mutants[int(outcome.name)] for outcome in outcomes if _passes(outcome)]
                judged += len(outcomes)
                tell(f"Exercise {exercise.number}: {judged} of {len(mutants)} mutants judged")
    return _told_apart(exercise, len(mutants), passed, known)


def _expect_right(exercise: Exercise) -> None:
    unchanged = Job("the solution", exercise.solution, frozenset(checks_of(exercise)))
    [[solution]] = in_forks([partial(judge_series, exercise, [unchanged], ("moto",))])
    if not _passes(solution):
        number = exercise.number
        message = f"The solution of exercise {number} does not pass: make check-{number}"
        raise LabError(message)


def _works(
    exercise: Exercise, mutants: Sequence[Mutant], calls: Calls, folder: Path
) -> list[Callable[[], list[Outcome]]]:
    """Return calls that judge all mutants, some each."""
    jobs = [_job(exercise, at, mutant, calls, folder) for at, mutant in enumerate(mutants)]
    return [
        partial(judge_series, exercise, jobs[start : start + AT_ONCE], ("moto",))
        for start in range(0, len(jobs), AT_ONCE)
    ]


def _told_apart(
    exercise: Exercise, mutants: int, passed: Sequence[Mutant], known: Sequence[Equivalent]
) -> Survivors:
    """Return which of those that *passed* are known to be equivalent, and which are not."""
    others = [each for each in passed if not any(one.matches(exercise, each) for one in known)]
    mine = [one for one in known if one.exercise == exercise.number]
    unused = [one for one in mine if not any(one.matches(exercise, each) for each in passed)]
    return Survivors(exercise, mutants, len(passed) - len(others), others, unused)


def equivalents(path: Path = EQUIVALENT) -> list[Equivalent]:
    """Return the list of mutants that are known to be equivalent.

    Raises:
        LabError: The list is missing, is not TOML, or an entry lacks its reason.
    """
    try:
        document = tomllib.loads(path.read_text())
        return [Equivalent(**entry) for entry in document.get("equivalent", [])]
    except (OSError, TypeError, tomllib.TOMLDecodeError) as error:
        message = f"{path.name} cannot be used: {error}"
        raise LabError(message) from error


def mutants_of(exercise: Exercise) -> list[Mutant]:
    """Return what mutmut makes of the solution's own lines, but for changes that cannot run.

    Raises:
        LabError: mutmut could not be installed, or failed.
    """
    python = install(
        *(VENV, LOCK),
        what="mutmut",
        again="make mutants",
        say=partial(print, "Installing mutmut into .mutants (once) …", flush=True),
    )
    with tempfile.TemporaryDirectory(prefix="secrets-course-mutants-") as folder:
        # mutmut wants a project around it, and finds its settings where it is started.
        (Path(folder) / "setup.cfg").write_text("[mutmut]\nsource_paths=.\n")
        command = [str(python), "-I", str(MUTATE), str(exercise.solution)]
        ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if ended.returncode:
        message = f"mutmut failed: {(ended.stderr.strip().splitlines() or ['it ended early'])[-1]}"
        raise LabError(message)
    functions = _functions(exercise.solution)
    found: list[dict[str, Any]] = json.loads(ended.stdout)
    mutants = [Mutant(function=functions(each["line"]), **each) for each in found]
    own = [*_own_lines(exercise)]
    return [
        mutant
        for mutant in mutants
        if any(mutant.line in lines for lines in own) and _runs_otherwise(exercise, mutant)
    ]


def _own_lines(exercise: Exercise) -> Iterator[range]:
    """Yield the lines of what the solution does not have from the stub: nobody else's is judged."""
    given = {ast.dump(node) for node in _definitions(exercise.stub)}
    for node in _definitions(exercise.solution):
        if ast.dump(node) not in given:
            yield range(node.lineno, (node.end_lineno or node.lineno) + 1)


def _definitions(path: Path) -> Iterator[ast.stmt]:
    """Yield the statements of a module, and for a class those of its body."""
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.ClassDef):
            yield from node.body
        else:
            yield node


def _runs_otherwise(exercise: Exercise, mutant: Mutant) -> bool:
    """Return whether a mutant is Python, and more than its annotations are changed."""
    try:
        return _bare(mutant.code) != _bare(exercise.solution.read_text())
    except SyntaxError:
        return False


def _bare(code: str) -> str:
    tree = ast.parse(code)
    for node in ast.walk(tree):
        for annotation in {"annotation", "returns"} & {*node._fields}:
            setattr(node, annotation, None)
    return ast.dump(tree)


def _functions(path: Path) -> Callable[[int], str]:
    """Return what names the function or method around a line, or the class, or the module."""
    spans: list[tuple[range, str]] = []

    def visit(nodes: Iterable[ast.stmt], owner: str = "") -> None:
        for node in nodes:
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                span = range(node.lineno, (node.end_lineno or node.lineno) + 1)
                spans.append((span, f"{owner}{node.name}"))
                if isinstance(node, ast.ClassDef):
                    visit(node.body, f"{node.name}.")

    visit(ast.parse(path.read_text()).body)
    return lambda line: ([name for span, name in spans if line in span] or ["the module"])[-1]


def _job(exercise: Exercise, number: int, mutant: Mutant, calls: Calls, folder: Path) -> Job:
    """Return how to judge a mutant: by the checks that call what is changed, if that is known."""
    file = folder / f"mutant_{number}.py"
    file.write_text(mutant.code)
    callers = {check for check, called in calls.items() if mutant.function in called}
    checks = callers or checks_of(exercise)  # What nobody calls is run as the file is loaded.
    return Job(str(number), file, frozenset(checks), until_one_fails=True)


def _passes(outcome: Outcome) -> bool:
    """Return whether every check was reached and passed."""
    return not outcome.problem and all(
        result.status is Status.PASS for results in outcome.results.values() for result in results
    )
