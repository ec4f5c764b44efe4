"""What every test may ask for, and the two lanes of backends."""

from __future__ import annotations

import functools
import signal
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from secrets_manager.client import localstack_endpoint
from secrets_manager.lab.backends import open_backend
from secrets_manager.lab.localstack import is_healthy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_secretsmanager import SecretsManagerClient

ran = Counter[str]()


@pytest.fixture
def client(backend: str, request: pytest.FixtureRequest) -> Iterator[SecretsManagerClient]:
    """Yield a client of the backend that this test runs on; what it creates is deleted."""
    request.node.user_properties.append(("backend", backend))
    with pytest.MonkeyPatch.context() as patch:
        if backend == "localstack":  # Whatever a test has made of the environment since.
            patch.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", endpoint())
        with open_backend(backend) as client:
            yield client


@pytest.fixture(autouse=True)
def _interruptible(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let the programs that a test starts hear signals.

    They inherit what is ignored: SIGINT in the background of a script, SIGHUP under nohup.
    """
    if request.node.get_closest_marker("programs") is None:
        yield
        return
    interrupt = signal.signal(signal.SIGINT, signal.default_int_handler)
    hang_up = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGINT, interrupt)
    signal.signal(signal.SIGHUP, hang_up)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the switches that `make test-localstack` and `make test-workbench` turn on."""
    parser.addoption(
        "--localstack", action="store_true", help="require LocalStack, and run only what can use it"
    )
    parser.addoption("--workbench", action="store_true", help="run only what takes minutes")


def pytest_configure(config: pytest.Config) -> None:
    """Refuse to run without the LocalStack that was required."""
    endpoint()
    if config.getoption("--localstack") and not localstack_answers():
        pytest.exit("LocalStack does not answer. Start it: make localstack-up", returncode=2)


@functools.cache
def endpoint() -> str:
    """Return where LocalStack was to be when the tests began."""
    return localstack_endpoint()


@functools.cache
def localstack_answers() -> bool:
    """Return whether LocalStack answers, asked once."""
    return is_healthy(endpoint())


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run every test that asks for a backend on moto, and on LocalStack when it answers."""
    if "backend" in metafunc.fixturenames:
        backends = ["moto", "localstack"] if localstack_answers() else ["moto"]
        metafunc.parametrize("backend", backends)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Choose the tests of this run."""
    required = config.getoption("--localstack")
    chosen = [item for item in items if belongs(item, localstack_required=required)]
    config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
    items[:] = chosen


def belongs(item: pytest.Item, *, localstack_required: bool) -> bool:
    """Return whether a test is one for this run.

    Where LocalStack is required, only what can use it runs. Elsewhere, what needs the real one is
    left out, as it may never have been installed. The workbench takes minutes, and has a run of
    its own.
    """
    if (item.get_closest_marker("workbench") is not None) != item.config.getoption("--workbench"):
        return False
    needs_it = item.get_closest_marker("localstack") is not None
    if localstack_required:
        return needs_it or "backend" in getattr(item, "fixturenames", ())
    return not needs_it


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Count what ran on which backend, also where worker processes ran it."""
    if report.when == "call" and not report.skipped:
        ran.update(str(value) for name, value in report.user_properties if name == "backend")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was left out, and how many tests ran on each backend."""
    lanes_left_out = {
        "programs": "Tests that start programs and servers were left out: make test-programs",
        "packed": "Tests of what is packed for Lambda were left out: make test-lambda",
    }
    for mark, sentence in lanes_left_out.items():
        if f"not {mark}" in terminalreporter.config.option.markexpr:
            terminalreporter.write_line(sentence)
    if not ran:
        return
    lanes = ", ".join(f"{count} on {backend}" for backend, count in sorted(ran.items()))
    terminalreporter.write_line(f"Backend tests: {lanes}.")
    if "localstack" not in ran:
        terminalreporter.write_line(
            "LocalStack does not answer, its lane was left out; to run it: make test-localstack"
        )
