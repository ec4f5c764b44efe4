"""`make setup` builds a complete environment, sees what it lost, and says what stops it."""

from __future__ import annotations

import ast
import os
import re
import shutil
import signal
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from secrets_manager.lab import environment

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parent.parent
SOURCE = Path(environment.__file__)
PYTHON = os.path.realpath(sys.executable)
LIBRARY = f"lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages"
LOCKED_UV = "uv==1.2.3 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb"
LOCKED = f"six==1.0 \\\n    --hash=sha256:cc\n{LOCKED_UV}\nuvloop==9 \\\n    --hash=sha256:dd\n"

# Stands for uv: writes down how it was called, and makes what the real one would make.
UV = f"""#!/bin/sh
test "$*" != --version || exit 0
echo "uv $* [cache: $UV_CACHE_DIR]" >>'{{log}}'
case "$*" in *"$FAILING"*) test -z "$FAILING" || {{{{ echo 'no route' >&2; exit 1; }}}} ;; esac
case "$*" in *"$STOPPED"*) test -z "$STOPPED" || kill -INT $PPID ;; esac
site='{{venv}}/{LIBRARY}'
case "$1 $2" in
venv*)
    mkdir -p '{{venv}}/bin' "$site"
    ln -s '{PYTHON}' '{{venv}}/bin/python'
    echo 'home = {Path(PYTHON).parent}' >'{{venv}}/pyvenv.cfg'
    echo 'include-system-site-packages = false' >>'{{venv}}/pyvenv.cfg' ;;
"pip sync")
    mkdir -p "$site/six-1.0.dist-info"
    echo 'six.py,sha256=x,1' >"$site/six-1.0.dist-info/RECORD"
    echo >"$site/six.py" ;;
esac
"""
# Stands for a Python that makes a virtual environment, whose pip then brings the uv of above.
BASE_PYTHON = """#!/bin/sh
echo "python $*" >>'{log}'
test "$1 $2" != '-m venv' || {{ mkdir -p "$3/bin" && cp '{pip}' "$3/bin/python"; }}
"""
PIP = """#!/bin/sh
echo "pip $*" >>'{log}'
for wanted in "$@"; do :; done
cp "$wanted" '{asked}'
cp '{uv}' "$(dirname "$0")/uv"
"""


@dataclass(frozen=True)
class Project:
    """A project of nothing but what the set-up reads, and programs that stand for installers."""

    root: Path
    programs: Path

    @property
    def venv(self) -> Path:
        """Return where the environment is built."""
        return self.root / ".venv"

    @property
    def site(self) -> Path:
        """Return where the environment's distributions are."""
        return self.venv / LIBRARY

    def calls(self) -> list[str]:
        """Return how the installers were called since this was last asked."""
        log = self.root / "calls"
        lines = log.read_text().splitlines() if log.exists() else []
        log.unlink(missing_ok=True)
        return lines

    def program(self, name: str, text: str) -> Path:
        """Put a program on the PATH."""
        file = self.programs / name
        file.write_text(
            text.format(
                log=self.root / "calls",
                venv=self.venv,
                pip=self.programs / "pip",
                uv=self.programs / "uv-to-bring",
                asked=self.root / "asked-of-pip",
            )
        )
        file.chmod(0o755)
        return file


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    root, programs = tmp_path / "a project", tmp_path / "programs"
    root.mkdir()
    programs.mkdir()
    (root / "requirements.lock").write_text(LOCKED)
    (root / "pyproject.toml").write_text("[project]\n")
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    for name in ("UV_CACHE_DIR", "FAILING", "STOPPED"):
        monkeypatch.setenv(name, "")  # So that what a test sets is taken back afterwards.
        monkeypatch.delenv(name)
    move_to(root, monkeypatch)
    project = Project(root, programs)
    project.program("uv", UV)
    return project


@pytest.fixture
def built(project: Project, capsys: pytest.CaptureFixture[str]) -> Project:
    assert environment.main() == 0
    project.calls()
    capsys.readouterr()
    return project


@pytest.fixture
def without_uv(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    (project.programs / "uv").rename(project.programs / "uv-to-bring")
    project.program("pip", PIP)
    base = project.program("base-python", BASE_PYTHON)
    for name in ("cp", "dirname", "ln", "mkdir"):
        program = shutil.which(name)
        assert program
        (project.programs / name).symlink_to(program)
    monkeypatch.setenv("PATH", str(project.programs))  # A machine's own uv must not be found.
    monkeypatch.setattr(environment, "find_python", lambda: str(base))
    return project


def move_to(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    venv = root / ".venv"
    monkeypatch.setattr(environment, "ROOT", root)
    monkeypatch.setattr(environment, "LOCK", root / "requirements.lock")
    monkeypatch.setattr(environment, "VENV", venv)
    monkeypatch.setattr(environment, "VENV_PYTHON", venv / "bin" / "python")
    monkeypatch.setattr(environment, "STAMP", venv / ".complete")
    monkeypatch.setattr(environment, "PRIVATE_UV", root / ".uv")


def run_as_program(project: Project, **options: str) -> subprocess.CompletedProcess[str]:
    """Run a copy of the file in the project, as the Makefile runs it."""
    script = project.root / "src" / "secrets_manager" / "lab" / SOURCE.name
    script.parent.mkdir(parents=True)
    shutil.copy(SOURCE, script)
    return subprocess.run(
        [PYTHON, "-I", "-B", script],
        env={**os.environ, **options},
        capture_output=True,
        text=True,
        check=False,
    )


def complaint(capsys: pytest.CaptureFixture[str]) -> str:
    """Return the last line on the error stream, which is the one that says what is wrong."""
    return capsys.readouterr().err.splitlines()[-1]


def test_an_environment_is_built_from_the_hashed_lock_and_then_the_project(
    project: Project,
) -> None:
    status = environment.main()

    venv, sync, install = project.calls()
    assert status == 0
    assert "venv --quiet --no-project" in venv
    assert "--require-hashes" in sync
    assert f"{project.root}/requirements.lock" in sync
    assert f"--no-deps --no-build-isolation -e {project.root}" in install


def test_a_complete_environment_is_left_alone_without_a_word(
    built: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    status = environment.main()

    assert (status, built.calls()) == (0, [])
    assert capsys.readouterr() == ("", "")


def lose_the_stamp(project: Project) -> None:
    (project.venv / ".complete").unlink()


def garble_the_stamp(project: Project) -> None:
    (project.venv / ".complete").write_bytes(b"\xff\xfe")


def change_the_lock(project: Project) -> None:
    (project.root / "requirements.lock").write_text(f"{LOCKED}\n")


def change_what_is_asked_for(project: Project) -> None:
    (project.root / "pyproject.toml").write_text("[project]\nname = 'x'\n")


def lose_a_file_of_a_distribution(project: Project) -> None:
    (project.site / "six.py").unlink()


def cut_a_file_of_a_distribution(project: Project) -> None:
    (project.site / "six.py").write_text("")


def lose_what_describes_a_distribution(project: Project) -> None:
    shutil.rmtree(project.site / "six-1.0.dist-info")


def lose_what_lists_a_distributions_files(project: Project) -> None:
    (project.site / "six-1.0.dist-info" / "RECORD").unlink()


def garble_what_lists_a_distributions_files(project: Project) -> None:
    (project.site / "six-1.0.dist-info" / "RECORD").write_text("\n\0\n")


def lose_the_interpreter_behind_the_link(project: Project) -> None:
    (project.venv / "bin" / "python").unlink()
    (project.venv / "bin" / "python").symlink_to(project.root / "uninstalled")


def replace_the_interpreter_by_another_version(project: Project) -> None:
    (project.venv / "lib").rename(project.venv / "moving")
    (project.venv / "lib").mkdir()
    (project.venv / "moving" / Path(LIBRARY).parts[1]).rename(project.venv / "lib" / "python3.0")


@pytest.mark.parametrize(
    "damage",
    [
        lose_the_stamp,
        garble_the_stamp,
        change_the_lock,
        change_what_is_asked_for,
        lose_a_file_of_a_distribution,
        cut_a_file_of_a_distribution,
        lose_what_describes_a_distribution,
        lose_what_lists_a_distributions_files,
        garble_what_lists_a_distributions_files,
        lose_the_interpreter_behind_the_link,
        replace_the_interpreter_by_another_version,
    ],
)
def test_an_environment_is_built_anew_after_any_change(
    built: Project, damage: Callable[[Project], None]
) -> None:
    damage(built)
    seen = environment.is_complete()

    status = environment.main()

    assert (seen, status, len(built.calls())) == (False, 0, 3)
    assert environment.is_complete()


def test_a_project_that_was_moved_gets_a_new_environment(
    built: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = built.root.with_name("elsewhere")
    built.root.rename(elsewhere)

    move_to(elsewhere, monkeypatch)

    assert not environment.is_complete()


def test_nothing_of_the_old_environment_is_kept_when_it_is_built_anew(built: Project) -> None:
    stray = built.site / "stray.py"
    stray.touch()
    lose_the_stamp(built)

    environment.main()

    assert not stray.exists()


def test_a_linked_environment_is_unlinked_and_its_target_stays(
    project: Project, tmp_path: Path
) -> None:
    somebodys = tmp_path / "somebody's"
    somebodys.mkdir()
    (somebodys / "file").touch()
    project.venv.symlink_to(somebodys)

    environment.main()

    assert not project.venv.is_symlink()
    assert [path.name for path in somebodys.iterdir()] == ["file"]


@pytest.mark.parametrize("step", ["venv --quiet", "pip sync", "pip install"])
def test_an_installer_that_fails_is_named_in_one_sentence_and_leaves_no_stamp(
    project: Project, step: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FAILING", step)

    status = environment.main()

    *_, words, sentence = capfd.readouterr().err.splitlines()
    assert status == 2
    assert words == "no route"
    assert sentence.startswith("make setup: uv failed")
    assert sentence.endswith("make setup")
    assert not (project.venv / ".complete").exists()


def test_the_next_setup_ends_what_a_failed_one_began(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAILING", "pip install")
    environment.main()

    monkeypatch.delenv("FAILING")

    assert environment.main() == 0
    assert environment.is_complete()


def test_no_room_on_the_disk_is_said_with_both_figures_before_anything_is_removed(
    built: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lose_the_stamp(built)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=123_456_789))

    status = environment.main()

    assert (status, built.calls()) == (2, [])
    assert complaint(capsys) == (
        "make setup: the disk has 123 MB free and the course needs 1000 MB. "
        "Make room, then: make setup"
    )
    assert built.site.exists()


def test_a_disk_that_refuses_to_be_written_is_named_in_one_sentence(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(environment, "STAMP", project.root / "no-such-folder" / "stamp")

    status = environment.main()

    assert status == 2
    assert complaint(capsys).startswith("make setup: No such file or directory: ")


def test_ctrl_c_ends_the_setup_with_one_sentence_and_no_stamp(project: Project) -> None:
    ended = run_as_program(project, STOPPED="pip sync")

    assert ended.returncode == 128 + signal.SIGINT
    assert ended.stderr.splitlines()[1:] == [
        "make setup: stopped; what was begun is finished by: make setup"
    ]
    assert not (project.venv / ".complete").exists()


def test_the_file_works_as_a_program_before_anything_is_installed(project: Project) -> None:
    ended = run_as_program(project)

    assert ended.returncode == 0, ended.stderr
    assert environment.is_complete()


def test_a_python_too_old_for_the_course_can_read_the_file() -> None:
    ast.parse(SOURCE.read_text(), feature_version=(3, 6))


def test_the_file_needs_the_standard_library_alone() -> None:
    tree = ast.parse(SOURCE.read_text())

    plain = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    named = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}

    assert {str(name).split(".")[0] for name in plain | named} <= sys.stdlib_module_names


@pytest.fixture
def old_python(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("PATH", str(project.programs))
    old = SimpleNamespace(version_info=(3, 8, 10), executable="/old/python3")
    monkeypatch.setattr(environment, "sys", old)
    return project


def test_a_python_that_is_too_old_takes_the_first_newer_one_that_works(old_python: Project) -> None:
    old_python.program("python3.11", "#!/bin/sh\nexit 1\n")
    works = old_python.program("python3.13", "#!/bin/sh\n")
    old_python.program("python3.14", "#!/bin/sh\n")

    assert environment.find_python() == str(works)


@pytest.mark.usefixtures("old_python")
def test_no_python_that_is_new_enough_is_said_in_one_sentence() -> None:
    with pytest.raises(environment.SetupError) as caught:
        environment.find_python()

    assert str(caught.value) == (
        "Python 3.8 is too old, the course needs 3.11 or newer. "
        "Install one, or name one: make setup PYTHON=/path/to/python3"
    )


def test_a_python_that_is_too_old_is_enough_where_nothing_is_to_be_built(
    built: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment, "find_python", lambda: pytest.fail("looked for a Python"))

    assert environment.main() == 0


def test_the_python_of_an_activated_environment_is_not_what_a_new_one_stands_on(
    built: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(built.venv / "bin" / "python"))
    monkeypatch.setattr(sys, "prefix", str(built.venv))

    assert environment.find_python() == PYTHON


def test_the_uv_of_the_environment_that_is_removed_is_not_used(
    without_uv: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = without_uv.venv / "bin" / "uv"
    own.parent.mkdir(parents=True)
    shutil.copy(without_uv.programs / "uv-to-bring", own)
    monkeypatch.setenv("PATH", f"{own.parent}:{without_uv.programs}")

    assert environment.main() == 0

    assert (without_uv.root / ".uv" / "bin" / "uv").exists()


def test_without_uv_a_private_one_is_brought_from_the_hashed_lines_of_the_lock(
    without_uv: Project,
) -> None:
    status = environment.main()

    venv, pip, *builds = without_uv.calls()
    assert status == 0
    assert venv == f"python -m venv {without_uv.root}/.uv"
    assert "--require-hashes" in pip
    assert (without_uv.root / "asked-of-pip").read_text() == LOCKED_UV
    assert len(builds) == 3


def test_a_private_uv_is_kept_for_the_next_time(without_uv: Project) -> None:
    environment.main()
    without_uv.calls()
    lose_the_stamp(without_uv)

    environment.main()

    assert [call.split()[0] for call in without_uv.calls()] == ["uv"] * 3


def test_a_private_uv_that_does_not_start_is_brought_anew(without_uv: Project) -> None:
    foreign = without_uv.root / ".uv" / "bin" / "uv"
    foreign.parent.mkdir(parents=True)
    foreign.write_bytes(b"\x7fELF, but for another machine")
    foreign.chmod(0o755)

    assert environment.main() == 0

    assert foreign.read_text().startswith("#!")


def test_a_private_uv_keeps_its_cache_where_make_clean_removes_it(without_uv: Project) -> None:
    environment.main()

    assert without_uv.calls()[-1].endswith(f"[cache: {without_uv.root}/.uv/cache]")


def test_the_users_own_uv_keeps_its_own_cache(project: Project) -> None:
    environment.main()

    assert project.calls()[-1].endswith("[cache: ]")
    assert not (project.root / ".uv").exists()


def test_a_lock_without_uv_is_said_in_one_sentence(
    without_uv: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    (without_uv.root / "requirements.lock").write_text("six==1.0\nuvloop==9\n")

    status = environment.main()

    assert status == 2
    assert complaint(capsys) == (
        "make setup: requirements.lock does not pin uv. "
        "Bring it back: git checkout requirements.lock"
    )


def test_the_lock_pins_everything_that_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    pins = dict(
        re.findall(r"^([\w.-]+)==([^\s;]+)", (ROOT / "requirements.lock").read_text(), re.M)
    )

    asked = [*project["project"]["dependencies"], *project["build-system"]["requires"]]
    asked += [line for group in project["dependency-groups"].values() for line in group]

    for requirement in map(Requirement, asked):
        name = canonicalize_name(requirement.name)
        assert name in pins, name
        assert requirement.specifier.contains(pins[name]), name


def test_every_distribution_of_the_lock_is_pinned_by_hashes() -> None:
    lock = re.sub(r"^ *#.*\n", "", (ROOT / "requirements.lock").read_text(), flags=re.M)

    entries = re.split(r"\n(?=\S)", lock.strip())

    for entry in entries:
        pin, *hashes = entry.replace("\\\n", "\n").splitlines()
        assert re.match(r"[\w.-]+==\S+( ; .+)?$", pin.rstrip()), pin
        assert hashes, pin
        assert all(re.fullmatch(r" +--hash=sha256:[0-9a-f]{64} *", line) for line in hashes), pin


def test_the_lock_names_no_host() -> None:
    lock = (ROOT / "requirements.lock").read_text()

    assert not re.findall(r"\w+://\S*|--\S*(?:index|find-links|trusted)\S*", lock)
