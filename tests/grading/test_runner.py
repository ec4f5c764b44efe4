"""One file is judged in a process of its own, and nothing that it does goes unseen."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import EndpointConnectionError

from secrets_manager.grading import forks, plugin, runner
from secrets_manager.grading.verdict import Status
from secrets_manager.lab.backends import new_account, open_backend
from secrets_manager.lab.embedded import begun
from secrets_manager.lab.errors import LabError
from secrets_manager.lab.postgres import postgres, shared_postgres

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from mypy_boto3_secretsmanager import SecretsManagerClient
    from tests.grading.conftest import Toy

    from secrets_manager.lab.embedded import Keeper

MAKING_ROLES = '''
from psycopg import sql

from secrets_manager.grading.checks import task
from secrets_manager.lab.postgres import postgres


@task("9.1")
def test_work(exercise, mark):
    """Work."""
    master, made = sql.Identifier(f"shop_{mark}"), sql.Identifier("made_by_shop")
    with postgres() as server, server.connect(autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE ROLE {} CREATEROLE").format(master))
        admin.execute(sql.SQL("SET ROLE {}").format(master))
        admin.execute(sql.SQL("CREATE ROLE {}").format(made))
        exercise.work(None)
'''
READ = "test_a_value_is_read"
MISSING = "test_a_missing_secret_is_none"


@pytest.fixture(autouse=True)
def _little_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    runner.preload()
    monkeypatch.setattr(forks, "CHECK_SECONDS", 1.5)


def _raise(error: Exception, **_: object) -> None:
    raise error


def statuses(toy: Toy, source: str) -> dict[str, str]:
    """Return the status of every check."""
    verdict = toy.judge(source)
    assert verdict.problem is None, verdict.problem
    return {each.name: each.status for task in verdict.tasks for each in task.checks}


def message(toy: Toy, source: str, name: str) -> str:
    """Return what the learner is told about one check."""
    verdict = toy.judge(source)
    found = [each for task in verdict.tasks for each in task.checks if each.name == name]
    return found[0].message or ""


def test_a_solution_passes(toy: Toy) -> None:
    assert toy.judge(toy.solution).status is Status.PASS


def test_an_untouched_stub_is_todo_in_every_check(toy: Toy) -> None:
    assert set(statuses(toy, toy.stub).values()) == {"todo"}


def test_a_half_done_exercise_is_todo_where_it_is_untouched(toy: Toy) -> None:
    half = toy.solution.replace("return len(text.encode())", "raise NotImplementedError")

    verdict = toy.judge(half)

    assert [task.status for task in verdict.tasks] == [Status.PASS, Status.TODO]
    assert verdict.status is Status.TODO


def test_a_wrong_answer_fails_with_what_happened_and_what_is_wanted(toy: Toy) -> None:
    wrong = toy.solution.replace("return None", "return {}")

    told = message(toy, wrong, MISSING)

    assert told == (
        "Read returned a dict of length 0. A missing secret is None, "
        "as the shop may open without it."
    )


def test_an_error_is_told_by_its_line_and_code_and_without_a_traceback(toy: Toy) -> None:
    wrong = "def read(client, name):\n    return client.get_secret_value(SecretId=name)\n"

    told = message(toy, wrong, MISSING)

    assert told.startswith(
        "exercise_9.py:2: GetSecretValue answered ResourceNotFoundException. A missing"
    )


def test_a_key_is_named_where_the_learners_file_has_it(toy: Toy) -> None:
    wrong = """
        def read(client, name):
            return client.describe_secret(SecretId="shop/key")["VersionIds"]
    """
    hidden = """
        def read(client, name):
            return {}[client.get_secret_value(SecretId=name)["SecretString"]]
    """

    assert message(toy, wrong, READ).startswith("exercise_9.py:3: KeyError: VersionIds.")
    assert message(toy, hidden, READ).startswith("exercise_9.py:3: KeyError. The value")


def test_a_parameter_that_botocore_refuses_is_named_without_its_value(toy: Toy) -> None:
    wrong = """
        def read(client, name):
            value = client.get_secret_value(SecretId=name)["SecretString"]
            return client.put_secret_value(secretId=name, SecretString=[value])
    """

    told = message(toy, wrong, READ)

    said = "ParamValidationError (SecretId, secretId, SecretString). The value"
    assert told.startswith(f"exercise_9.py:4: {said}")


def test_what_python_says_of_a_loop_over_what_it_changes_is_told(toy: Toy) -> None:
    wrong = """
        def read(client, name):
            known = {1: 2}
            for key in known:
                known[name] = key
    """

    assert "RuntimeError: dictionary changed size during iteration." in message(toy, wrong, READ)


def test_what_a_database_says_of_a_statement_is_told(toy: Toy) -> None:
    wrong = """
        import psycopg
        from secrets_manager.lab.postgres import postgres
        def read(client, name):
            with postgres() as server, server.connect() as connection:
                connection.execute("SELECTED 1")
    """

    with shared_postgres():
        told = message(toy, wrong, READ)

    assert 'SyntaxError: syntax error at or near "SELECTED".' in told


def test_what_a_database_quotes_of_a_value_is_not_told(toy: Toy) -> None:
    wrong = """
        import psycopg
        from secrets_manager.lab.postgres import postgres
        def read(client, name):
            password = client.get_random_password(ExcludePunctuation=True)["RandomPassword"]
            with postgres() as server, server.connect() as connection:
                connection.execute(f"ALTER ROLE postgres PASSWORD x{password}")
    """

    with shared_postgres():
        told = message(toy, wrong, READ)

    assert 'SyntaxError: syntax error at or near "…".' in told


def test_breakpoint_is_told_by_its_name(toy: Toy) -> None:
    told = message(toy, f"{toy.solution}\ndef read(*_): breakpoint()", READ)

    assert told.startswith("breakpoint() finds no terminal here; README.md shows")


def test_breakpoint_beside_the_functions_is_told_by_its_name(toy: Toy) -> None:
    verdict = toy.judge(f"breakpoint(){toy.solution}")

    said = "exercise_9.py:1: breakpoint() finds no terminal here; README.md shows"
    assert str(verdict.problem).startswith(said)


def test_an_error_with_a_response_of_its_own_is_told(toy: Toy) -> None:
    odd = """
        class OddError(Exception):
            response = "unavailable"
        def read(client, name):
            raise OddError
    """

    assert message(toy, odd, READ).startswith("exercise_9.py:5: OddError. The value")


def test_a_client_may_be_made_and_used_as_the_file_is_loaded(
    toy: Toy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    early = f"import boto3\nboto3.client('secretsmanager').list_secrets()\n{toy.solution}"

    assert toy.judge(early).status is Status.PASS


def test_a_function_that_needs_an_unwritten_one_is_told(toy: Toy) -> None:
    begun = f"{toy.solution}\ndef read(*_): return find()\n"
    begun += "def find(): raise NotImplementedError\n"

    [waiting, _] = toy.judge(begun).tasks[0].checks

    assert waiting.status is Status.TODO
    assert waiting.message == "read() needs find(), which is still to write."


def test_a_not_implemented_error_of_moto_is_no_todo(toy: Toy) -> None:
    moto = "def read(client, name):\n    client.validate_resource_policy(ResourcePolicy='{}')\n"

    assert statuses(toy, moto)[READ] == "fail"


def test_a_name_that_is_gone_is_said_so(toy: Toy) -> None:
    assert "no longer has read" in message(toy, "x = 1\n", READ)


@pytest.mark.parametrize("leak", ["print(value)", "import logging; logging.debug(value)"])
def test_a_printed_or_logged_value_fails_the_check(toy: Toy, leak: str) -> None:
    leaking = f"""
        def read(client, name):
            value = client.get_secret_value(SecretId=name)["SecretString"]
            {leak}
            return value
    """

    assert "everybody can read" in message(toy, leaking, READ)


def test_a_value_in_an_error_is_not_told(toy: Toy) -> None:
    leaking = """
        def read(client, name):
            raise TypeError(client.get_secret_value(SecretId=name)["SecretString"])
    """

    told = message(toy, leaking, READ)

    assert "(a secret value)" in told
    assert "canary" not in told


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("def read(:\n", "exercise_9.py:1 is not Python"),
        ("answer = 'a\0b'\n", "exercise_9.py is not Python: it holds null bytes"),
        ("import no_such_thing\n", "exercise_9.py:1 cannot be loaded: ModuleNotFoundError"),
        ("\nimport sys\nsys.exit(0)\n", "exercise_9.py:3 cannot be loaded: SystemExit"),
        ("import os\nos._exit(0)\n", "ends the program as it loads"),
        ("while True: pass\n", "does not finish loading"),
        ("raise KeyboardInterrupt\n", "cannot be loaded: KeyboardInterrupt"),
    ],
)
def test_a_file_that_cannot_be_loaded_is_an_error_in_one_sentence(
    toy: Toy, source: str, said: str
) -> None:
    verdict = toy.judge(source)

    problem = verdict.problem or ""
    assert (verdict.status, said in problem, "None" in problem) == (Status.ERROR, True, False)


def test_a_missing_file_is_an_error_in_one_sentence(toy: Toy) -> None:
    verdict = runner.judge(toy.exercise)

    assert verdict.problem == "exercise_9.py is not there"


@pytest.mark.parametrize(
    "ending", ["os._exit(0)", "os.kill(os.getpid(), 9)", "sys.exit(0)", "pytest.exit('done')"]
)
def test_ending_the_program_fails_that_check_and_the_others_are_still_judged(
    toy: Toy, ending: str
) -> None:
    hostile = toy.solution.replace(
        "    try:\n",
        f"    import os, sys, pytest\n    if 'missing' in name: {ending}\n    try:\n",
        1,
    )

    found = statuses(toy, hostile)

    assert found == {READ: "pass", MISSING: "fail", "test_length_is_counted": "pass"}


@pytest.mark.parametrize("loop", ["while True: pass", "__import__('threading').Event().wait()"])
def test_an_endless_loop_is_stopped_and_named_and_the_others_are_still_judged(
    toy: Toy, loop: str
) -> None:
    endless = toy.solution.replace(
        "    try:\n", f"    if 'missing' in name:\n        {loop}\n    try:\n", 1
    )

    verdict = toy.judge(endless)

    found = {each.name: each for task in verdict.tasks for each in task.checks}
    assert found[READ].status is Status.PASS
    assert "endless loop" in (found[MISSING].message or "")


def test_an_answer_that_claims_to_equal_everything_does_not_pass(toy: Toy) -> None:
    equal = """
        class Equal:
            def __eq__(self, other): return True
            __hash__ = None
        def read(client, name): return Equal()
        def length(text): return Equal()
    """

    assert set(statuses(toy, equal).values()) == {"fail"}


def test_a_patched_pytest_does_not_pass(toy: Toy) -> None:
    patching = """
        import pytest
        from _pytest import reports, runner
        from secrets_manager.grading import checks
        checks.expect = lambda *_: None
        pytest.fail = lambda *_, **__: None
        reports.TestReport.failed = property(lambda self: False)
        def read(client, name): return 1
        def length(text): return 1
    """

    assert toy.judge(patching).problem == "exercise_9.py changes how it is judged."


def test_a_forged_record_does_not_pass(toy: Toy) -> None:
    forging = """
        import json, os
        def read(client, name):
            for descriptor in range(3, 64):
                try:
                    os.write(descriptor, b'{"done": true}\\n')
                except OSError:
                    pass
            os._exit(0)
        def length(text): return 1
    """

    assert "pass" not in statuses(toy, forging).values()


def test_what_a_submission_starts_ends_with_it(toy: Toy, tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    starting = f"""
        import subprocess
        def read(client, name):
            child = subprocess.Popen(["sleep", "60"])
            open({str(pid)!r}, "w").write(str(child.pid))
        def length(text): return 1
    """

    toy.judge(starting)

    command = ["ps", "-o", "stat=", "-p", pid.read_text()]
    for _ in range(100):  # Its signal was sent, and may take a moment to arrive.
        state = subprocess.run(command, capture_output=True).stdout.strip()
        if state in (b"", b"Z"):
            break
    assert state in (b"", b"Z"), "neither gone nor waiting to be reaped"


def test_a_known_mistake_is_named_with_its_misconception_and_its_cure(toy: Toy) -> None:
    [failed, _] = toy.judge(f"{toy.solution}\ndef read(*_): return 'cut'").tasks[0].checks

    assert failed.mistake == "stripped"
    assert str(failed.message).endswith("It looks cut. Read docs#cut.")


def test_a_failure_that_is_no_known_mistake_names_none(toy: Toy) -> None:
    [failed, _] = toy.judge(f"{toy.solution}\ndef read(*_): return 1 / 0").tasks[0].checks

    assert failed.mistake is None
    assert "cut" not in str(failed.message)


def test_a_slip_is_no_known_mistake_that_does_not_name_it(toy: Toy) -> None:
    slip = "def read(client, name): raise TypeError('read returned')"

    [failed, _] = toy.judge(f"{toy.solution}\n{slip}").tasks[0].checks

    assert "TypeError: read returned. The value comes back" in str(failed.message)
    assert failed.mistake is None


def test_a_submission_that_ends_the_program_before_it_is_found_out_does_not_pass(toy: Toy) -> None:
    fleeing = """
        import os
        from secrets_manager.grading import checks, sentinel
        checks.expect = lambda *_: None
        sentinel.expect = lambda *_: os._exit(0)
        def read(client, name): return 1
        def length(text): return 1
    """

    assert toy.judge(fleeing).problem == "exercise_9.py changes how it is judged."


def test_a_record_that_is_forged_while_the_file_is_loaded_is_no_verdict(toy: Toy) -> None:
    forging = """
        import os
        for descriptor in range(3, 64):
            try:
                os.write(descriptor, b'{"done": true}\\n')
            except OSError:
                pass
    """

    assert "ends the program as it loads" in (toy.judge(forging).problem or "")


def test_a_submission_that_takes_checks_away_does_not_pass(toy: Toy) -> None:
    taking = """
        import os
        def read(client, name):
            for descriptor in range(3, 64):
                try:
                    while os.read(descriptor, 1 << 16): pass
                except OSError:
                    pass
            return "wrong"
        def length(text): return len(text.encode())
    """

    found = statuses(toy, taking)

    assert len(found) == 3
    assert found[READ] == "fail"


def test_a_loop_in_one_fork_does_not_keep_the_other_waiting(toy: Toy) -> None:
    endless = toy.solution.replace("    try:\n", "    while 'key' in name: pass\n    try:\n", 1)

    found = statuses(toy, endless)

    assert found == {READ: "fail", MISSING: "pass", "test_length_is_counted": "pass"}


def test_checks_that_cannot_be_collected_are_not_blamed_on_the_learner(toy: Toy) -> None:
    toy.exercise.checks.write_text("import no_such_thing\n")

    assert toy.judge(toy.solution).problem == "The checks of this exercise cannot be collected."


def test_exercises_that_need_a_database_share_one(
    toy: Toy, monkeypatch: pytest.MonkeyPatch
) -> None:
    keepers: list[object] = []

    @contextlib.contextmanager
    def noted() -> Iterator[Keeper | None]:
        with begun() as keeper:
            keepers.append(keeper)
            yield keeper

    monkeypatch.delenv("LAB_PG_URL", raising=False)
    monkeypatch.setattr(runner, "begun", noted)
    needy = replace(toy.exercise, postgres=True)

    with runner.ready([toy.exercise, needy, needy]), postgres() as server:
        server.connect().close()

    assert len(keepers) == 1


@pytest.mark.parametrize("ending", ["while True: pass", "import os; os._exit(0)"])
def test_roles_of_a_check_that_was_ended_are_dropped(
    toy: Toy, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    toy.exercise.checks.write_text(MAKING_ROLES)
    monkeypatch.delenv("LAB_PG_URL", raising=False)

    with shared_postgres() as server:
        verdict = toy.judge(f"def work(login):\n    {ending}\n")
        with server.connect() as connection:
            left = connection.execute("SELECT 1 FROM pg_roles WHERE rolname ~ '^(shop|made)_'")
            names = left.fetchall()

    assert verdict.status is Status.FAIL
    assert names == []


def test_ctrl_c_the_moment_a_fork_has_started_leaves_neither_it_nor_its_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    children: list[int] = []

    def wait_to_be_ended(_: object) -> None:
        signal.alarm(5)  # Seconds, and then it ends by itself.
        signal.pause()

    def fork_and_interrupt(fork: Callable[[], int] = os.fork) -> int:
        if child := fork():
            children.append(child)
            signal.raise_signal(signal.SIGINT)
        return child

    monkeypatch.setattr(os, "fork", fork_and_interrupt)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    with pytest.raises(KeyboardInterrupt):
        forks.forked(wait_to_be_ended)

    assert not [*tmp_path.iterdir()]
    with pytest.raises(ChildProcessError):  # It was waited for.
        os.waitpid(children[0], 0)


@pytest.mark.localstack
def test_secrets_of_a_check_that_was_ended_are_deleted_from_localstack(
    toy: Toy, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = new_account()
    monkeypatch.setattr(plugin, "new_account", lambda: account)
    toy.exercise.file.write_text("import os\ndef read(client, name): os._exit(0)\n")

    verdict = runner.judge(toy.exercise, backends=("localstack",))

    with open_backend("localstack", account=account) as client:
        left = client.list_secrets(IncludePlannedDeletion=True)["SecretList"]
    assert (verdict.status, left) == (Status.FAIL, [])


def test_a_file_is_judged_on_several_backends_at_once(toy: Toy) -> None:
    toy.exercise.file.write_text(toy.solution)

    verdict = runner.judge(toy.exercise, backends=("moto", "moto"))

    assert (verdict.problem, verdict.status) == (None, Status.PASS)


def test_words_of_its_own_in_the_judges_pipe_are_seen(toy: Toy) -> None:
    scribble = """
import contextlib, os
for number in range(3, 64):
    with contextlib.suppress(OSError):
        os.write(number, b"x\\n")
"""
    verdict = toy.judge(toy.solution + scribble)

    assert "changes how it is judged" in str(verdict.problem)


def test_an_emulator_that_stops_before_anything_is_judged_is_said_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    @contextlib.contextmanager
    def stopping(_: str) -> Iterator[SecretsManagerClient]:
        with open_backend("moto") as client:
            gone = EndpointConnectionError(endpoint_url="http://localhost:4566/")
            client.meta.events.register("before-send", partial(_raise, gone))
            yield client

    monkeypatch.setattr(runner, "open_backend", stopping)

    with pytest.raises(LabError, match=r"localstack stopped answering .* make localstack-up"):
        runner.preload(["localstack"])
