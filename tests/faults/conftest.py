"""The lane of `make faults`: its parts, its choice of combinations, and its report."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import pytest
from faults.scenarios import TURNS, record, survive
from faults.subjects import solution
from faults.world import BrokenError, Cluster, World, versions_that_stay

from secrets_manager.lab.backends import open_backend
from secrets_manager.lab.postgres import postgres

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from types import ModuleType

    from faults.effects import Effect
    from faults.scenarios import Combination
    from mypy_boto3_secretsmanager import SecretsManagerClient

    Trial = Callable[[World, Iterable[Combination]], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the choice of combinations."""
    parser.addoption("--only", default="", help="run the combinations whose name holds this text")


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL of this process alone, which may be killed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("LAB_PG_URL", raising=False)
        with postgres() as server:
            cluster = Cluster(server)
            yield cluster
            cluster.admin.close()


def make_world(client: SecretsManagerClient, cluster: Cluster, subject: ModuleType) -> World:
    """Return a world of a handler whose calls share a client, as those of one Lambda function do."""
    vars(subject)["get_secrets_client"] = lambda: client
    return World(client, cluster, subject)


@pytest.fixture
def world(cluster: Cluster) -> Iterator[World]:
    """The solution's handler, on a moto and a PostgreSQL that keep nothing of other tests."""
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
        for combination in combinations:
            if only not in str(combination):
                continue
            problem = ""
            try:
                survive(world, combination)
            except BrokenError as error:
                problem = str(error)
                broken.append(f"{combination}: {problem}\n    make faults ONLY='{combination}'")
            counted = (combination.fault, combination.recovery, not problem)
            request.node.user_properties.append(("fault", counted))
        if broken:
            pytest.fail("\n".join(broken), pytrace=False)

    return run
