"""Measure a hit of CachedSecretManager against the fastest hit that is possible.

All are timed in one run, in short rounds that take turns, and the fastest round of each counts:
ratios hold on a busy machine, nanoseconds do not. Exits 1 when a hit is over the limit.

    make bench
"""

# ruff: noqa: T201 - A table is what it is for.

from __future__ import annotations

import sys
import threading
import time
from timeit import Timer
from typing import TYPE_CHECKING, Any, cast

from secrets_manager import CachedSecretManager, SecretDict

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

LIMIT = 1.25
ROUNDS = 300
HITS_PER_ROUND = 5_000
THREADS = 64
TTL_SECONDS = 3_600
NAME = "app/database"


class OneSecret:
    """Stands in for AWS: no network, so that nothing but the cache is measured."""

    def __init__(self, seconds_per_call: float = 0) -> None:
        self.calls = 0
        self._seconds_per_call = seconds_per_call

    def get_secret_value(self, **_: str) -> dict[str, Any]:
        """Answer as GetSecretValue does."""
        self.calls += 1
        time.sleep(self._seconds_per_call)
        return {"SecretString": '{"username": "app", "password": "hidden"}'}

    def as_client(self) -> SecretsManagerClient:
        """Return itself by the type that the cache asks for."""
        return cast("SecretsManagerClient", self)


class Floor:
    """The least that is still right: a deadline of the monotonic clock, and a shared value."""

    def __init__(self) -> None:
        self.entries = {NAME: (SecretDict(username="app"), time.monotonic() + TTL_SECONDS)}

    def get_secret(self, name: str) -> SecretDict | None:
        """Return the value while it is fresh."""
        try:
            value, expires_at = self.entries[name]
            if time.monotonic() < expires_at:
                return value
        except KeyError:
            pass
        return None


class LockedFloor(Floor):
    """The floor with a lock around every hit."""

    def __init__(self) -> None:
        super().__init__()
        self.lock = threading.Lock()

    def get_secret(self, name: str) -> SecretDict | None:
        """Return the value while it is fresh, one thread at a time."""
        with self.lock:
            try:
                value, expires_at = self.entries[name]
                if time.monotonic() < expires_at:
                    return value
            except KeyError:
                pass
            return None


class WallClock(Floor):
    """What many programs do: when it was read, by the wall clock."""

    def __init__(self) -> None:
        super().__init__()
        self.read_at = {NAME: (SecretDict(username="app"), time.time())}

    def get_secret(self, name: str) -> SecretDict | None:
        """Return the value while it is fresh."""
        if name in self.read_at:
            value, read_at = self.read_at[name]
            if time.time() - read_at < TTL_SECONDS:
                return value
        return None


def main() -> int:
    """Print the table; return 1 when a hit costs more than the limit."""
    cache = CachedSecretManager(OneSecret().as_client(), TTL_SECONDS)
    cache.get_secret(NAME)
    subjects = {
        "bare dict, no TTL": timer("get[name]", {NAME: SecretDict()}),
        "dict and time.time": timer("get(name)", WallClock().get_secret),
        "floor": timer("get(name)", Floor().get_secret),
        "floor and a lock": timer("get(name)", LockedFloor().get_secret),
        "CachedSecretManager": timer("get(name)", cache.get_secret),
    }
    seconds = seconds_per_hit(subjects)
    floor = seconds["floor"]
    print(f"{'a hit of':<24}{'ns':>6}{'x floor':>10}")
    for subject, its in seconds.items():
        print(f"{subject:<24}{its * 1e9:>6.0f}{its / floor:>10.2f}")
    print(f"\nCalls for {THREADS} threads that miss together: {calls_of_a_cold_start()}")
    ratio = seconds["CachedSecretManager"] / floor
    verdict = "within" if ratio <= LIMIT else "OVER"
    print(f"A hit is {ratio:.2f} x the floor, {verdict} the limit of {LIMIT}")
    return 0 if ratio <= LIMIT else 1


def timer(statement: str, get: object) -> Timer:
    """Return a timer of one hit by *statement*."""
    return Timer(statement, globals={"get": get, "name": NAME})


def seconds_per_hit(timers: dict[str, Timer]) -> dict[str, float]:
    """Return each subject's fastest round, all of them having met the same noise."""
    rounds = dict.fromkeys(timers, float("inf"))
    for _ in range(ROUNDS):
        for subject, its_timer in timers.items():
            rounds[subject] = min(rounds[subject], its_timer.timeit(HITS_PER_ROUND))
    return {subject: seconds / HITS_PER_ROUND for subject, seconds in rounds.items()}


def calls_of_a_cold_start() -> int:
    """Return how many calls reach AWS when every thread asks at once and none has an answer."""
    aws = OneSecret(seconds_per_call=0.2)
    cache = CachedSecretManager(aws.as_client(), TTL_SECONDS)
    ready = threading.Barrier(THREADS)

    def read() -> None:
        ready.wait()
        cache.get_secret(NAME)

    threads = [threading.Thread(target=read) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return aws.calls


if __name__ == "__main__":
    sys.exit(main())
