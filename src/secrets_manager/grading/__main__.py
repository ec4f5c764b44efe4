"""The commands of the exercises: `python -m secrets_manager.grading test`, and the others."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from secrets_manager.client import localstack_endpoint
from secrets_manager.grading import draft, handout, learner
from secrets_manager.grading.course import (
    expect_files,
    problems_of,
    relative,
    strays,
    to_write,
)
from secrets_manager.grading.curriculum import curriculum, exercise
from secrets_manager.grading.mutants import equivalents, mutants_of, survivors
from secrets_manager.grading.overrides import compose
from secrets_manager.grading.proof import prove
from secrets_manager.grading.report import (
    course_map,
    next_step,
    proof_table,
    survivors_report,
    unfinished,
)
from secrets_manager.grading.runner import judge, ready
from secrets_manager.grading.upgrade import upgrade
from secrets_manager.grading.verdict import Status
from secrets_manager.lab.errors import LabError
from secrets_manager.lab.localstack import is_healthy
from secrets_manager.lab.signals import end_as_on_ctrl_c
from secrets_manager.lab.streams import open_closed_streams

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from secrets_manager.grading.curriculum import Exercise
    from secrets_manager.grading.verdict import Verdict

POLL_SECONDS = 0.2
NEED_SOLUTIONS = ("check", "handout", "mutants", "new-exercise", "solution")


def test(exercises: Sequence[Exercise]) -> int:
    """Judge the learner's files and draw the map; 1 where something is wrong (STRICT: or todo)."""
    found, backends = [], _backends()
    with ready(exercises, backends):
        for each in exercises:
            print(f"Judging exercise {each.number} …", end="\r" if sys.stdout.isatty() else "\n")
            sys.stdout.flush()
            found.append((each, judge(each, backends=backends)))
    print(course_map(found))
    print(f"\n{next_step(found, curriculum())}")
    good = {Status.PASS} if _is_strict() else {Status.PASS, Status.TODO}
    return 0 if all(verdict.status in good for _, verdict in found) else 1


def progress() -> int:
    """Draw the map of the course; nothing is wrong with an exercise that is not done."""
    test(curriculum())
    return 0


def check(exercises: Sequence[Exercise], mistake: str | None) -> int:
    """Prove that the graders grade; 1 where something does not hold, which is then named.

    What is still to write is listed; STRICT counts it, too.
    """
    for each in exercises:
        expect_files(each)
    if mistake is not None:
        return _try_out(exercises[0], mistake)
    stray = [*strays(curriculum()), *handout.leaks(exercises, handout.in_the_making())]
    tell = partial(print, flush=True)
    backends = _backends()
    with (
        ready(exercises, backends),
        tempfile.TemporaryDirectory(prefix="secrets-course-proof-") as folder,
    ):
        proofs = prove(exercises, backends, Path(folder), tell)
    for proof in proofs:
        proof.problems += problems_of(proof.exercise)
        proof.to_write += to_write(proof.exercise)
    print(proof_table(proofs, stray))
    incomplete = _is_strict() and any(proof.to_write for proof in proofs)
    return 1 if incomplete or stray or any(proof.problems for proof in proofs) else 0


def _try_out(each: Exercise, mistake: str) -> int:
    """Judge the solution with one mistake in it; 0 where no check fails."""
    found = [*each.mistakes.glob(f"{mistake}.py")]
    if not found:
        message = f"There is no mistake {mistake} of exercise {each.number} in exercises/mistakes"
        raise LabError(message)
    with ready([each]), tempfile.TemporaryDirectory(prefix="secrets-course-proof-") as folder:
        file = Path(folder) / each.file.name
        file.write_text(compose(each.solution, found[0]))
        verdict = judge(each, file)
    if verdict.problem:
        print(verdict.problem)
    for task in verdict.tasks:
        for check in task.checks:
            if check.status is not Status.PASS:
                print(f"{check.name} ({check.mistake})\n    {check.message}")
    return 0 if verdict.status is Status.PASS else 1


def mutants(exercises: Sequence[Exercise]) -> int:
    """Judge every mutant of the solutions; 1 where one passes that is not known as equivalent."""
    with ready(exercises):
        tell, known = partial(print, flush=True), equivalents()
        found = [survivors(each, mutants_of(each), known, tell) for each in exercises]
    print(survivors_report(found))
    return 1 if any(each.others or each.unused for each in found) else 0


def _is_strict() -> bool:
    return os.environ.get("STRICT", "").strip().lower() not in ("", "0", "no", "false")


def _backends() -> tuple[str, ...]:
    """Return moto, and LocalStack where it answers."""
    try:
        if is_healthy(localstack_endpoint()):
            return ("moto", "localstack")
    except ValueError:
        pass
    return ("moto",)


def judge_file(number: str, file: Path, *, as_json: bool) -> int:
    """Judge any file in the place of an exercise; 0 for pass, 2 where it cannot be judged."""
    each = exercise(number)
    with ready([each]):
        verdict = judge(each, file)
    if as_json:
        print(json.dumps(verdict.to_json(), indent=2))
    else:
        print(course_map([(each, verdict)]))
    return {Status.PASS: 0, Status.ERROR: 2}.get(verdict.status, 1)


def new_exercise(number: str, title: str) -> int:
    """Write the draft of an exercise, and say which files wait for their author."""
    written = draft.write(number, title)
    print(f"Exercise {number} is a draft now, in these files:")
    print("\n".join(f"  {path}" for path in written))
    print(
        f"Next: write its story in exercises/.stubs/exercise_{number}.py; make check-{number} says"
    )
    print("what is still to write. docs/teaching.md goes through all of it.")
    return 0


def hand_out(to: str) -> int:
    """Write the zip for learners, unless it would give a solution away."""
    course = handout.committed()
    given_away = [*handout.leaks(curriculum(), course.files)]
    if given_away:
        message = "\n".join([*given_away, "Nothing was handed out. Mend it, then: make handout"])
        raise LabError(message)
    left_out = handout.uncommitted()
    if left_out:
        more = f" and {len(left_out) - 5} more" if len(left_out) > 5 else ""
        print(f"Not committed, so not in it as they are: {', '.join(left_out[:5])}{more}")
    written = handout.write(course, Path(to).expanduser() if to else None)
    print(f"{relative(written)}: {len(course.files)} files")
    return 0


def bring_up_to_date(source: str) -> int:
    """Bring a newer course here, and say what has become of the learner's files."""
    if not source:
        message = "Say which handout: make upgrade FROM=handout.zip"
        raise LabError(message)
    print("\n".join(upgrade(Path(source).expanduser())))
    return 0


def hint(each: Exercise) -> int:
    """Print the next hint for the first task that is not done."""
    with ready([each]):
        task = unfinished(each, judge(each))
    if task is None:
        compare = f" Compare: make solution-{each.number}" if each.solution.exists() else ""
        print(f"Exercise {each.number} is done.{compare}")
    else:
        print(learner.next_hint(task))
    return 0


def watch(each: Exercise) -> int:
    """Judge at every save, until Ctrl-C."""
    seen = None
    print(f"Watching exercises/{each.file.name}: save it to have it judged, Ctrl-C ends.")
    with ready([each]):
        while True:
            now = each.file.stat().st_mtime_ns if each.file.exists() else 0
            if now != seen:
                seen = now
                found: list[tuple[Exercise, Verdict]] = [(each, judge(each))]
                print(f"{course_map(found)}\n\n{next_step(found, curriculum())}", flush=True)
            time.sleep(POLL_SECONDS)


def solution(each: Exercise) -> int:
    """Show what the solution does otherwise, once the learner's own passes."""
    if os.environ.get("SHOW") != "1" and not _passes(each):
        message = (
            f"Exercise {each.number} does not pass yet: make hint-{each.number} helps, "
            f"and SHOW=1 make solution-{each.number} shows the solution all the same"
        )
        raise LabError(message)
    print(learner.difference(each) or "Yours is the solution, line by line.")
    return 0


def _passes(each: Exercise) -> bool:
    with ready([each]):
        return judge(each).status is Status.PASS


def reset(each: Exercise) -> int:
    """Put the stub back, and keep what the learner had."""
    kept = learner.reset(each)
    print(f"exercises/{each.file.name} is as it was in the beginning.")
    if kept:
        print(f"What you had is kept: exercises/{kept.name}")
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit status."""
    open_closed_streams()
    options = _parser().parse_args(arguments)
    try:
        if options.command in NEED_SOLUTIONS:
            learner.expect_solutions()
        status = _run(options)
        sys.stdout.flush()
    except LabError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 0 if options.command == "watch" else 130
    except BrokenPipeError:  # As in `… | head -1`: nobody reads on, and there is nowhere to say so.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + signal.SIGPIPE
    return status


def _run(options: argparse.Namespace) -> int:
    commands: dict[str, Callable[[], int]] = {
        "test": lambda: test(_chosen(options.exercise)),
        "progress": progress,
        "check": lambda: check(_chosen(options.exercise), options.mistake),
        "mutants": lambda: mutants(_chosen(options.exercise)),
        "judge": lambda: judge_file(options.exercise, options.file, as_json=options.json),
        "new-exercise": lambda: new_exercise(options.number, options.title),
        "handout": lambda: hand_out(options.to),
        "upgrade": lambda: bring_up_to_date(options.source),
        "hint": lambda: hint(exercise(options.exercise)),
        "watch": lambda: watch(exercise(options.exercise)),
        "solution": lambda: solution(exercise(options.exercise)),
        "reset": lambda: reset(exercise(options.exercise)),
    }
    return commands[options.command]()


def _chosen(number: str | None) -> Sequence[Exercise]:
    return [exercise(number)] if number else curriculum()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m secrets_manager.grading")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("test").add_argument("exercise", nargs="?")
    commands.add_parser("progress")
    for name in ("hint", "watch", "solution", "reset"):
        commands.add_parser(name).add_argument("exercise")
    commands.add_parser("mutants").add_argument("exercise", nargs="?")
    proof = commands.add_parser("check")
    proof.add_argument("exercise", nargs="?")
    proof.add_argument("mistake", nargs="?")
    blank = commands.add_parser("new-exercise")
    blank.add_argument("number")
    blank.add_argument("title")
    commands.add_parser("handout").add_argument("to", nargs="?", default="")
    commands.add_parser("upgrade").add_argument("source")
    one = commands.add_parser("judge")
    one.add_argument("--exercise", required=True)
    one.add_argument("--json", action="store_true")
    one.add_argument("file", type=Path)
    return parser


if __name__ == "__main__":
    end_as_on_ctrl_c()
    sys.exit(main())
