"""The map of the course says in plain words how an exercise stands, and what to do next."""

from __future__ import annotations

from pathlib import Path

import pytest

from secrets_manager.grading.curriculum import Exercise, Task
from secrets_manager.grading.report import course_map, next_step, standing, unfinished
from secrets_manager.grading.verdict import CheckVerdict, Status, TaskVerdict, Verdict, Words

EXERCISE = Exercise(
    "9", "Toy", tuple(Task(f"9.{k}", f"Step {k}", "docs", ("a", "b", "c")) for k in (1, 2))
)
LONG = Words(
    "exercises/exercise_9.py:3: KeyError.", "A binary secret is not the text it seems. " * 4
)


def verdict(*statuses: Status, problem: str | None = None) -> Verdict:
    """Return a verdict whose tasks have one check each of these statuses."""
    tasks = (
        TaskVerdict(
            f"9.{number}",
            (CheckVerdict("test_x", status, LONG if status is Status.FAIL else None),),
        )
        for number, status in enumerate(statuses, start=1)
    )
    return Verdict("9", tuple(tasks), problem)


@pytest.mark.parametrize(
    ("statuses", "said"),
    [
        ((Status.TODO, Status.TODO), "not started"),
        ((Status.PASS, Status.TODO), "in progress"),
        ((Status.PASS, Status.FAIL), "wrong"),
        ((Status.TODO, Status.FAIL), "wrong"),
        ((Status.PASS, Status.PASS), "done"),
    ],
)
def test_an_exercise_stands_where_its_tasks_do(statuses: tuple[Status, ...], said: str) -> None:
    assert standing(verdict(*statuses)) == said


def test_the_map_counts_tasks_and_marks_each() -> None:
    lines = course_map([(EXERCISE, verdict(Status.PASS, Status.TODO))]).splitlines()

    assert lines[1].split() == ["Exercise", "9", "Toy", "in", "progress,", "1", "of", "2", "tasks"]
    assert [line.strip() for line in lines[2:]] == ["✓ 9.1 Step 1", "· 9.2 Step 2"]


def test_a_failure_is_told_once_within_eighty_columns() -> None:
    told = course_map([(EXERCISE, verdict(Status.FAIL, Status.TODO))])

    assert told.count("KeyError") == 1
    assert max(map(len, told.splitlines())) <= 80


def test_the_longest_standing_has_its_place_within_eighty_columns() -> None:
    tasks = tuple(Task(f"9.{k}", f"Step {k}", "docs", ("a", "b", "c")) for k in range(1, 13))
    found = verdict(*[Status.PASS] * 10, *[Status.TODO] * 2)

    told = course_map([(Exercise("9", "Toy", tasks), found)])

    assert "in progress, 10 of 12 tasks" in told
    assert max(map(len, told.splitlines())) <= 80


def test_a_file_that_cannot_be_judged_is_said_so() -> None:
    broken = [(EXERCISE, verdict(problem="exercise_9.py:1 is not Python"))]

    assert "is not Python" in course_map(broken)
    assert "make reset-9" in next_step(broken, [EXERCISE])


def failed(*happened: str, cure: str = "It looks rushed.") -> tuple[CheckVerdict, ...]:
    """Return checks of one task; those to which nothing happened have passed."""
    return tuple(
        CheckVerdict("test_x", Status.FAIL, Words(what, "That is wanted.", cure))
        if what
        else CheckVerdict("test_x", Status.PASS)
        for what in happened
    )


def drawn(*tasks: tuple[CheckVerdict, ...]) -> str:
    """Return the map of an exercise whose tasks have these checks, on one line."""
    found = (TaskVerdict(f"9.{number}", checks) for number, checks in enumerate(tasks, start=1))
    return " ".join(course_map([(EXERCISE, Verdict("9", tuple(found)))]).split())


def test_what_happens_in_many_checks_is_told_once() -> None:
    told = drawn(failed("A.", "A.", "B."), failed("A."))

    assert (told.count("A."), told.count("B.")) == (1, 1)
    assert told.count("1 more check fails in a way that is told above.") == 2


def test_what_is_behind_it_is_told_of_the_first_task_that_fails() -> None:
    told = drawn(failed("", "A."), failed("B.", cure="It looks late."))

    assert "It looks rushed." in told
    assert "It looks late." not in told


def test_what_is_behind_it_is_told_of_the_plainest_check_alone_where_that_fails() -> None:
    [first], [second] = failed("A."), failed("B.", cure="It looks late.")

    told = drawn((first, second), failed(""))

    assert "It looks rushed." in told
    assert "It looks late." not in told
    assert "B. That is wanted." in told


def test_a_task_that_is_begun_shows_how_many_of_its_checks_pass() -> None:
    waits = CheckVerdict("test_x", Status.TODO, Words("a() needs b(), which is still to write."))

    told = drawn((*failed(""), waits), (waits,))

    assert "· 9.1 Step 1 1 of 2 checks a() needs b(), which is still to write." in told
    assert "in progress" in told


def test_after_one_exercise_comes_the_next() -> None:
    other = Exercise("10", "Other", EXERCISE.tasks)
    done = verdict(Status.PASS, Status.PASS)
    course = [EXERCISE, other]

    assert "Exercise 9 is done. Go on: make test-10" in next_step([(EXERCISE, done)], course)
    assert "Exercise 10 is done. Go on: make progress" in next_step([(other, done)], course)
    assert "All exercises are done." in next_step([(EXERCISE, done), (other, done)], course)


def test_the_next_step_is_the_first_unfinished_task() -> None:
    step = next_step([(EXERCISE, verdict(Status.PASS, Status.FAIL))], [EXERCISE])

    assert "task 9.2" in step
    assert "make test-9" in step
    assert "make hint-9" in step


def test_nothing_is_unfinished_when_all_tasks_pass() -> None:
    assert unfinished(EXERCISE, verdict(Status.PASS, Status.PASS)) is None


def test_the_map_is_plain_without_a_terminal() -> None:
    assert "\x1b" not in course_map([(EXERCISE, verdict(Status.PASS, Status.FAIL))])


def test_an_exercise_knows_its_files() -> None:
    names = [path.name for path in (EXERCISE.file, EXERCISE.solution, EXERCISE.checks)]

    assert names == ["exercise_9.py", "exercise_9.py", "test_exercise_9.py"]
    assert isinstance(EXERCISE.file, Path)
