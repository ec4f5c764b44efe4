"""The pytest plugin that judges one file: it loads it, and reports each check in plain words."""

from __future__ import annotations

import functools
import importlib.util
import inspect
import linecache
import logging
import secrets
import sys
import traceback
from importlib.machinery import SourceFileLoader
from types import CodeType, ModuleType
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from secrets_manager.grading.verdict import Status, Words
from secrets_manager.grading.wording import in_words, missing, place, sentence, slips
from secrets_manager.lab.backends import new_account, open_backend

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence
    from pathlib import Path

    from mypy_boto3_secretsmanager import SecretsManagerClient

    from secrets_manager.grading.curriculum import Mistake

    Record = dict[str, Any]


class LoadError(Exception):
    """The learner's file cannot be loaded; the text says why in one sentence."""


class _Loader(SourceFileLoader):
    """Reads a file once, though each check has a module of its own made of it."""

    @functools.cache  # noqa: B019 - Loaders of one file are equal, and few files are loaded.
    def get_code(self, fullname: str) -> CodeType | None:
        """Return the code of the file, as it was when it was first asked for."""
        if b"\0" in self.get_data(self.path):  # Each Python has words of its own for it.
            message = "it holds null bytes, as text in UTF-16 does: save it as UTF-8"
            raise SyntaxError(message)
        return super().get_code(fullname)


def load(file: Path, shown: str) -> ModuleType:
    """Return the learner's file as a new module; it is read once in a process.

    Raises:
        LoadError: It does not exist, is not Python, or raises as it loads.
    """
    loader = _Loader("judged_exercise", str(file))
    spec = importlib.util.spec_from_file_location(loader.name, file, loader=loader)
    if spec is None or not file.exists():
        message = f"{shown} is not there"
        raise LoadError(message)
    sys.breakpointhook = no_debugger
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # Where dataclasses look their annotations up.
    problem = None
    try:
        loader.exec_module(module)
    except SyntaxError as error:
        where = f"{shown}:{error.lineno}" if error.lineno else shown
        problem = f"{where} is not Python: {error.msg}"
    except pytest.fail.Exception as error:
        problem = f"{place(error, file, shown)}: {error.msg}"
    except BaseException as error:
        problem = f"{place(error, file, shown)} cannot be loaded: {in_words(error)}"
    if problem:
        raise LoadError(problem)
    return module


class Judge:
    """Judges one file; *send* is given one record when a check begins, and one when it ends."""

    def __init__(
        self,
        file: Path,
        shown: str,
        send: Callable[[Record], None],
        backends: tuple[str, ...],
        mistakes: Sequence[Mistake] = (),
    ) -> None:
        self.file, self.shown, self.send, self.backends = file, shown, send, backends
        self.mistakes = mistakes
        self.canaries: list[str] = []
        self.account = new_account()
        self.failed = False

    @pytest.fixture
    def exercise(self) -> Any:
        """The learner's module, loaded anew for every check."""
        try:
            return _Judged(load(self.file, self.shown), self.shown)
        except LoadError as error:
            problem = str(error)
        pytest.fail(problem, pytrace=False)

    @pytest.fixture
    def canary(self) -> Callable[..., str]:
        """A maker of secret values that must not be seen: each is new, or the text it is given."""

        def make(text: str | None = None) -> str:
            self.canaries.append(text or f"canary{secrets.token_hex(8)}")
            return self.canaries[-1]

        return make

    @pytest.fixture(autouse=True)
    def client(self, request: pytest.FixtureRequest) -> Iterator[SecretsManagerClient]:
        """A client of the backend that this check runs on; all of boto3 ends there."""
        if request.param == "localstack":
            self.send({"account": self.account})
        with open_backend(request.param, account=self.account) as client:
            yield client

    @pytest.fixture
    def mark(self) -> str:
        """A word for the names of the roles that a check makes: they are dropped if it is ended."""
        mark = secrets.token_hex(4)
        self.send({"mark": mark})
        return mark

    def pytest_configure(self, config: pytest.Config) -> None:
        """Give all checks the same surroundings, whoever runs them."""
        config.option.tbstyle = "no"  # Nobody is shown a traceback, and making one takes time.
        # Checks have numbers that Python does not read, unless the shell says otherwise.
        sys.set_int_max_str_digits(sys.int_info.default_max_str_digits)
        # The learner's own logging is heard, and not botocore's, whose DEBUG prints every value.
        for name in ("botocore", "boto3", "urllib3", "moto", "responses", "psycopg"):
            logging.getLogger(name).setLevel(logging.INFO)

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Run each check on every backend that it can run on."""
        only_moto = metafunc.definition.get_closest_marker("only_on_moto")
        backends = ("moto",) if only_moto else self.backends
        metafunc.parametrize("client", backends, indirect=True)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Say which check begins, so that one that never ends can be named."""
        self.canaries.clear()
        self.send({"begins": nodeid})

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Report the check's call, or whatever went wrong before and after it."""
        report = yield
        if call.when == "call" or call.excinfo:
            status, happened = self._judged(call, report)
            record: Record = {"ends": item.nodeid, "status": status, "words": None}
            if happened and status is Status.TODO:
                record["words"] = Words(happened)
            elif happened:
                mistake = self._known(item, happened)
                record["words"] = Words(happened, wanted(item), cure(mistake))
                record["mistake"] = mistake and mistake.name
                record["lines"] = lines(call, item.path)
            self.failed = self.failed or status is not Status.PASS
            self.send(record)
        return report

    def _judged(
        self, call: pytest.CallInfo[None], report: pytest.TestReport
    ) -> tuple[Status, str | None]:
        """Return the status, and where it is a failure, what happened in one sentence."""
        printed = "".join(text for _, text in report.sections)
        if any(canary in printed for canary in self.canaries):
            happened = f"{self.shown} puts the value of a secret on the screen or into a log"
            return Status.FAIL, f"{happened}, where everybody can read it."
        if call.excinfo is None:
            return Status.PASS, None
        error = call.excinfo.value
        if isinstance(error, NotImplementedError) and self._is_learners(error):
            return Status.TODO, missing(error, self.file)
        if isinstance(error, pytest.fail.Exception):
            happened = str(error.msg)
        else:
            source = "".join(linecache.getlines(str(self.file)))
            happened = f"{place(error, self.file, self.shown)}: {in_words(error, source)}"
        for canary in self.canaries:
            happened = happened.replace(canary, "(a secret value)")
        return Status.FAIL, sentence(happened)

    def _known(self, item: pytest.Item, happened: str) -> Mistake | None:
        """Return the known mistake that this check meets with these words, if there is one."""
        name = getattr(item, "originalname", item.name)
        said = happened.casefold()  # A sentence has a capital that its check did not write.
        slipped = slips(happened)
        for each in self.mistakes:
            if each.check == name and each.says.casefold() in said and slipped <= slips(each.says):
                return each
        return None

    def _is_learners(self, error: BaseException) -> bool:
        """Return whether the learner's own file raised it: moto raises NotImplementedError, too."""
        frames = traceback.extract_tb(error.__traceback__)
        return bool(frames) and frames[-1].filename == str(self.file)


class _Judged(ModuleType):
    """The learner's module; a name that is gone fails the check that asks for it, in words."""

    def __init__(self, module: ModuleType, shown: str) -> None:
        super().__init__(module.__name__)
        self.__dict__.update(module.__dict__)
        self._shown = shown

    def __getattr__(self, name: str) -> Any:
        pytest.fail(f"{self._shown} no longer has {name}", pytrace=False)


def no_debugger(*_: object, **__: object) -> NoReturn:
    """Fail the check that comes upon `breakpoint()`: nobody sits before the fork that runs it."""
    happened = "breakpoint() finds no terminal here; README.md shows how to call a function by hand"
    pytest.fail(happened, pytrace=False)


def cure(mistake: Mistake | None) -> str:
    """Return what a learner is told about a known mistake."""
    return f"{mistake.belief} Read {mistake.docs}." if mistake else ""


def lines(call: pytest.CallInfo[None], checks: Path) -> list[int]:
    """Return the lines of the file of checks that an error went through."""
    frames = traceback.extract_tb(call.excinfo.tb) if call.excinfo else ()
    return [frame.lineno for frame in frames if frame.filename == str(checks) and frame.lineno]


def wanted(item: pytest.Item) -> str:
    """Return what a check wants and why: the first paragraph of its docstring."""
    doc = inspect.getdoc(getattr(item, "function", None)) or ""
    return " ".join(doc.split("\n\n")[0].split())
