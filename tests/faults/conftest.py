"""The lane of `make faults`: its parts, its choice of combinations, and its report."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from tests.faults.scenarios import KINDS, RECOVERIES, RIVALS, SECOND, TURNS, record, survive
from tests.faults.subjects import solution
from tests.faults.world import BrokenError, Cluster, World, make_world, versions_that_stay

from secrets_manager.lab.backends import open_backend
from secrets_manager.lab.postgres import postgres

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tests.faults.effects import Effect
    from tests.faults.scenarios import Combination

    Trial = Callable[[World, Iterable[Combination]], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the choice of combinations."""
    parser.addoption("--only", default="", help="run the combinations whose name holds this text")
    parser.addoption("--turn", default="", help="run the combinations of one of the two turns")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what cannot have the combination that was asked for."""
    only, turn = config.getoption("--only"), config.getoption("--turn")
    if turn not in ("", *TURNS):
        pytest.exit(f"there is no turn {turn}: choose {' or '.join(TURNS)}", returncode=2)
    chosen = [
        item
        for item in items
        if (not only or may_run(item, only)) and (not turn or turn_of(item) in ("", turn))
    ]
    config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
    items[:] = chosen


def turn_of(item: pytest.Item) -> str:
    """Return which of the two users a combination makes current, or nothing for other tests."""
    callspec = getattr(item, "callspec", None)
    return str(callspec.params.get("turn", "")) if callspec else ""


def may_run(item: pytest.Item, only: str) -> bool:
    """Return whether a test may run a combination of this name, or of which this is a part."""
    if "trial" not in getattr(item, "fixturenames", ()):
        return False
    parameters = getattr(item, "callspec").params if hasattr(item, "callspec") else {}  # noqa: B009
    values = [parameters[name] for name in ("turn", "kind", "recovery") if name in parameters]
    return only.count(" / ") < 3 or all(str(value) in only.split(" / ") for value in values)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL of this process alone, which may be killed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("LAB_PG_URL", raising=False)
        with postgres() as server:
            cluster = Cluster(server)
            yield cluster
            cluster.admin.close()


@pytest.fixture
def world(cluster: Cluster) -> Iterator[World]:
    """The solution's handler, on a moto and a PostgreSQL that keep nothing of other tests."""
    cluster.renew()
    with open_backend("moto") as client, versions_that_stay():
        yield make_world(client, cluster, solution())


@pytest.fixture(scope="session")
def effects(cluster: Cluster) -> dict[str, list[Effect]]:
    """The side effects of a whole rotation, by turn, written down as they came."""
    with open_backend("moto") as client:
        world = make_world(client, cluster, solution())
        return {turn: record(world, turn) for turn in TURNS}


@pytest.fixture
def trial(request: pytest.FixtureRequest) -> Trial:
    """Return what runs combinations, counts them for the report, and fails with their names."""
    only = request.config.getoption("--only")

    def run(world: World, combinations: Iterable[Combination]) -> None:
        broken: list[str] = []
        who = "exercise 3's solution" if world.strict else f"example 3, {form_of(world)}"
        for combination in combinations:
            if only not in str(combination):
                continue
            problem = ""
            try:
                survive(world, combination)
            except BrokenError as error:
                problem = str(error)
                broken.append(f"{combination}: {problem}\n    make faults ONLY='{combination}'")
            kept = [
                who,
                combination.fault,
                combination.recovery,
                f"{combination.turn} {combination.effect}",
                problem,
            ]
            request.node.user_properties.append(("combination", kept))
        if broken:
            pytest.fail("\n".join(broken), pytrace=False)

    return run


def form_of(world: World) -> str:
    """Return which of two strategies a world's secret is rotated by."""
    return "one user" if world.single else "alternating users"


# The report


ran: list[list[str]] = []
rows: dict[tuple[int, str, str], list[bool]] = {}
planted: list[bool] = []


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Keep what tests have counted, also where worker processes ran them."""
    for name, value in report.user_properties if report.when == "call" else ():
        kept: Any = value
        if name == "combination":
            ran.append(kept)
        elif name == "row":
            rows.setdefault(tuple(kept), []).append(report.passed)
        elif name == "plant":
            planted.append(report.passed)


@pytest.fixture(autouse=True)
def _row(request: pytest.FixtureRequest) -> None:
    if mark := request.node.get_closest_marker("row"):
        what = mark.kwargs
        told = [mark.args[0], what["single"], what["alternating"]]
        request.node.user_properties.append(("row", told))
    if "bug" in request.fixturenames:
        request.node.user_properties.append(("plant", ""))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what ran and what survived: side effects, faults, recoveries; rows; planted bugs."""
    say = terminalreporter.write_line
    for who in dict.fromkeys(each[0] for each in sorted(ran)):
        say(f"\n{who}: survived of ran")
        for line in table([each for each in ran if each[0] == who]):
            say(line)
    if rows:
        head = ("What a rotation survives", "here", "AWS, one user", "AWS, alternating")
        say("\n{:32} {:8} {:23} {}".format(*head))
    for (number, single, alternating), passed in sorted(rows.items()):
        here = "handled" if all(passed) else "BROKEN"
        say(f"  row {number:2}, {len(passed):2} tests {'':15} {here:8} {single:23} {alternating}")
    if planted:
        say(f"\nPlanted bugs: {sum(planted)} found of {len(planted)}")
    if ran:
        broken = sum(bool(each[4]) for each in ran)
        effects = len({(who, effect) for who, _, _, effect, _ in ran if "None" not in effect})
        survived = len(ran) - broken
        say(f"\n{len(ran)} combinations at {effects} side effects ran, {survived} survived.")


def table(combinations: list[list[str]]) -> list[str]:
    """Return the lines of one handler's table: a fault in each, a recovery in each column."""
    recoveries = sorted({each[2] for each in combinations}, key=[*RECOVERIES, SECOND].index)
    count = Counter((each[1], each[2]) for each in combinations)
    broken = Counter((each[1], each[2]) for each in combinations if each[4])
    lines = [f"  {'':22}" + "".join(f"{recovery:>21}" for recovery in recoveries)]
    for fault in sorted({each[1] for each in combinations}, key=[*KINDS, *RIVALS].index):
        cells = [
            f"{all_of - broken[fault, each]} of {all_of}" if (all_of := count[fault, each]) else ""
            for each in recoveries
        ]
        lines.append(f"  {fault:22}" + "".join(f"{cell:>21}" for cell in cells))
    return lines
