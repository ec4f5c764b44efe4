"""How often the cache asks AWS, how old its answers may be, and what threads do to each other."""

from __future__ import annotations

import inspect
import threading
import time
import traceback
from concurrent.futures import Future
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from secrets_manager import CachedSecretManager, SecretFormatError

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_secretsmanager import SecretsManagerClient

SECONDS = 10
THREADS = 64
NAME = "app/database"
CANARY = "correct-horse-battery-staple"


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        """Return the seconds, as time.monotonic does."""
        return self.now

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds


class Calls(list[tuple[str, str]]):
    """The reads that reached AWS, by name and staging label; *then* happens inside each."""

    def __init__(self, client: SecretsManagerClient) -> None:
        super().__init__()
        self._register = client.meta.events.register
        self._register("provide-client-params.secretsmanager.GetSecretValue", self._count)

    def _count(self, params: dict[str, Any], **_: object) -> None:
        self.append((params["SecretId"], params["VersionStage"]))

    def before_each(self, then: Callable[[], object]) -> None:
        """Run *then* when a read has been sent and AWS has not answered."""

        def run(**_: object) -> None:
            then()

        self._register("before-call.secretsmanager.GetSecretValue", run)

    def after_first(self, then: Callable[[], object]) -> None:
        """Run *then* when AWS has answered the next read and its reader has not seen it yet."""
        pending = [then]

        def run(**_: object) -> None:
            if pending:
                pending.pop()()

        self._register("after-call.secretsmanager.GetSecretValue", run)


class Crowd:
    """Threads that all look for one secret before the first of them is answered.

    A cache has to look a name up, and to look it up is to hash it: so the name knows who came.
    """

    def __init__(self, calls: Calls, *, size: int = THREADS) -> None:
        self._size = size
        self._seen: set[int] = set()
        self._complete = threading.Event()
        calls.before_each(self.wait)

    def name(self) -> str:
        """Return the name that notices who looks it up."""
        came = self._came

        class Name(str):
            __slots__ = ()

            def __hash__(self) -> int:
                came()
                return super().__hash__()

        return Name(NAME)

    def _came(self) -> None:
        self._seen.add(threading.get_ident())
        if len(self._seen) >= self._size:
            self._complete.set()

    def wait(self) -> None:
        """Return once every thread has looked the name up."""
        assert self._complete.wait(SECONDS), "not every thread came"

    def read(self, cache: CachedSecretManager) -> list[Future[object]]:
        """Return what each thread read, or the error it met."""
        name = self.name()
        readers = [start(partial(cache.get_secret, name)) for _ in range(self._size)]
        for reader in readers:
            reader.exception(SECONDS)
        return readers


def start(function: Callable[[], object]) -> Future[object]:
    """Run *function* in a thread of its own, which a test can stop waiting for."""
    outcome: Future[object] = Future()

    def run() -> None:
        try:
            outcome.set_result(function())
        except BaseException as error:
            outcome.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return outcome


@pytest.fixture
def calls(client: SecretsManagerClient) -> Calls:
    client.create_secret(Name=NAME, SecretString='{"n": 1}')
    return Calls(client)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def cache(client: SecretsManagerClient, clock: Clock) -> CachedSecretManager:
    return CachedSecretManager(client, ttl_seconds=300, clock=clock)


def test_a_second_read_makes_no_call(cache: CachedSecretManager, calls: Calls) -> None:
    assert cache.get_secret(NAME) == {"n": 1}
    assert cache.get_secret(NAME) == {"n": 1}

    assert calls == [(NAME, "AWSCURRENT")]


def test_a_hit_is_the_same_object_for_every_reader(
    cache: CachedSecretManager, calls: Calls
) -> None:
    first = cache.get_secret(NAME)

    assert cache.get_secret(NAME) is first
    assert len(calls) == 1


def test_a_cached_secret_cannot_be_changed_by_a_reader(
    cache: CachedSecretManager, calls: Calls
) -> None:
    secret = cache.get_secret(NAME)
    assert secret is not None

    with pytest.raises(TypeError, match="read-only"):
        secret["n"] = 2

    assert cache.get_secret(NAME) == {"n": 1}
    assert len(calls) == 1


def test_an_empty_secret_is_remembered(
    client: SecretsManagerClient, cache: CachedSecretManager, calls: Calls
) -> None:
    client.put_secret_value(SecretId=NAME, SecretString="{}")

    assert cache.get_secret(NAME) == cache.get_secret(NAME) == {}
    assert len(calls) == 1


def test_a_secret_is_remembered_until_just_before_its_ttl(
    cache: CachedSecretManager, calls: Calls, clock: Clock
) -> None:
    cache.get_secret(NAME)
    clock.advance(299.999)

    cache.get_secret(NAME)

    assert len(calls) == 1


def test_a_secret_is_read_again_exactly_at_its_ttl(
    client: SecretsManagerClient, cache: CachedSecretManager, calls: Calls, clock: Clock
) -> None:
    cache.get_secret(NAME)
    client.put_secret_value(SecretId=NAME, SecretString='{"n": 2}')
    clock.advance(300)

    assert cache.get_secret(NAME) == {"n": 2}
    assert len(calls) == 2


def test_a_secret_that_was_read_again_is_remembered_again(
    cache: CachedSecretManager, calls: Calls, clock: Clock
) -> None:
    for _ in range(3):
        cache.get_secret(NAME)
        clock.advance(200)

    assert len(calls) == 2


def test_the_ttl_counts_from_the_asking_and_not_from_the_answer(
    cache: CachedSecretManager, calls: Calls, clock: Clock
) -> None:
    calls.after_first(partial(clock.advance, 250))
    cache.get_secret(NAME)
    clock.advance(50)

    cache.get_secret(NAME)

    assert len(calls) == 2


def test_the_clock_is_one_that_nobody_can_set() -> None:
    clock = inspect.signature(CachedSecretManager).parameters["clock"].default

    assert clock is time.monotonic


def test_a_ttl_of_zero_asks_every_time(client: SecretsManagerClient, calls: Calls) -> None:
    cache = CachedSecretManager(client, ttl_seconds=0)

    cache.get_secret(NAME)
    cache.get_secret(NAME)

    assert len(calls) == 2


def test_an_endless_ttl_asks_once(client: SecretsManagerClient, calls: Calls, clock: Clock) -> None:
    cache = CachedSecretManager(client, ttl_seconds=float("inf"), clock=clock)
    cache.get_secret(NAME)
    clock.advance(1e12)

    cache.get_secret(NAME)

    assert len(calls) == 1


@pytest.mark.parametrize("ttl_seconds", [-1, -0.001, float("-inf"), float("nan")])
def test_a_ttl_that_is_no_time_is_refused(client: SecretsManagerClient, ttl_seconds: float) -> None:
    with pytest.raises(ValueError, match="ttl_seconds must be 0 or more"):
        CachedSecretManager(client, ttl_seconds=ttl_seconds)


def test_versions_of_a_secret_are_remembered_by_their_staging_label(
    client: SecretsManagerClient, cache: CachedSecretManager, calls: Calls
) -> None:
    client.put_secret_value(SecretId=NAME, SecretString='{"n": 2}')

    read = [cache.get_secret(NAME, label) for label in ("AWSCURRENT", "AWSPREVIOUS") * 2]

    assert read == [{"n": 2}, {"n": 1}] * 2
    assert calls == [(NAME, "AWSCURRENT"), (NAME, "AWSPREVIOUS")]


def test_secrets_are_remembered_by_their_names(
    client: SecretsManagerClient, cache: CachedSecretManager, calls: Calls
) -> None:
    client.create_secret(Name="app/other", SecretString='{"n": 2}')

    read = [cache.get_secret(name) for name in (NAME, "app/other") * 2]

    assert read == [{"n": 1}, {"n": 2}] * 2
    assert len(calls) == 2


def test_a_missing_secret_is_asked_for_again_and_found_once_it_is_there(
    client: SecretsManagerClient, cache: CachedSecretManager
) -> None:
    assert cache.get_secret("app/later") is None

    client.create_secret(Name="app/later", SecretString='{"n": 1}')

    assert cache.get_secret("app/later") == {"n": 1}


def test_a_secret_that_is_gone_at_its_ttl_is_not_served_any_more(
    client: SecretsManagerClient, cache: CachedSecretManager, calls: Calls, clock: Clock
) -> None:
    cache.get_secret(NAME)
    client.delete_secret(SecretId=NAME, ForceDeleteWithoutRecovery=True)
    clock.advance(300)

    assert cache.get_secret(NAME) is None
    assert len(calls) == 2


def test_the_value_of_a_secret_that_is_gone_is_not_kept(
    client: SecretsManagerClient, cache: CachedSecretManager, calls: Calls, clock: Clock
) -> None:
    cache.get_secret(NAME)
    client.delete_secret(SecretId=NAME, ForceDeleteWithoutRecovery=True)
    clock.advance(300)

    cache.get_secret(NAME)

    assert len(calls) == 2
    assert "SecretDict" not in str(vars(cache))


def test_an_error_is_not_remembered(
    client: SecretsManagerClient, cache: CachedSecretManager, calls: Calls
) -> None:
    client.delete_secret(SecretId=NAME, RecoveryWindowInDays=7)
    with pytest.raises(client.exceptions.InvalidRequestException):
        cache.get_secret(NAME)
    client.restore_secret(SecretId=NAME)

    assert cache.get_secret(NAME) == {"n": 1}
    assert len(calls) == 2


def test_an_old_value_is_not_served_in_place_of_an_error(
    client: SecretsManagerClient, cache: CachedSecretManager, calls: Calls, clock: Clock
) -> None:
    cache.get_secret(NAME)
    client.delete_secret(SecretId=NAME, RecoveryWindowInDays=7)
    clock.advance(300)

    with pytest.raises(client.exceptions.InvalidRequestException):
        cache.get_secret(NAME)

    assert len(calls) == 2


def test_a_value_that_is_no_json_object_is_the_same_error_as_without_a_cache(
    client: SecretsManagerClient, cache: CachedSecretManager
) -> None:
    client.create_secret(Name="app/text", SecretString=CANARY)

    with pytest.raises(SecretFormatError) as caught:
        cache.get_secret("app/text")

    error = caught.value
    assert error.secret_name == "app/text"
    assert error.__cause__ is error.__context__ is None
    assert CANARY not in f"{error} {error!r}"


def test_an_invalidated_secret_is_read_again(
    client: SecretsManagerClient, cache: CachedSecretManager, calls: Calls
) -> None:
    cache.get_secret(NAME)
    client.put_secret_value(SecretId=NAME, SecretString='{"n": 2}')

    cache.invalidate(NAME)

    assert cache.get_secret(NAME) == {"n": 2}
    assert len(calls) == 2


def test_invalidate_forgets_every_version_of_the_secret(
    client: SecretsManagerClient, cache: CachedSecretManager, calls: Calls
) -> None:
    client.put_secret_value(SecretId=NAME, SecretString='{"n": 2}')
    cache.get_secret(NAME, "AWSPREVIOUS")

    cache.invalidate(NAME)
    cache.get_secret(NAME, "AWSPREVIOUS")

    assert calls == [(NAME, "AWSPREVIOUS")] * 2


def test_invalidate_leaves_other_secrets_remembered(
    cache: CachedSecretManager, calls: Calls
) -> None:
    cache.get_secret(NAME)

    cache.invalidate("app/other")
    cache.get_secret(NAME)

    assert len(calls) == 1


def test_invalidate_without_a_name_forgets_all(
    client: SecretsManagerClient, cache: CachedSecretManager, calls: Calls
) -> None:
    client.create_secret(Name="app/other", SecretString="{}")
    names = (NAME, "app/other")
    for name in names:
        cache.get_secret(name)

    cache.invalidate()
    for name in names:
        cache.get_secret(name)

    assert len(calls) == 4


@pytest.mark.parametrize("invalidated", [(NAME,), ()], ids=["by name", "all"])
def test_an_answer_that_was_under_way_at_invalidate_is_not_remembered(
    client: SecretsManagerClient,
    cache: CachedSecretManager,
    calls: Calls,
    invalidated: tuple[str, ...],
) -> None:
    def change() -> None:
        client.put_secret_value(SecretId=NAME, SecretString='{"n": 2}')
        cache.invalidate(*invalidated)

    calls.after_first(change)

    assert cache.get_secret(NAME) == {"n": 1}
    assert cache.get_secret(NAME) == {"n": 2}


def test_a_reader_after_invalidate_does_not_wait_for_a_fetch_from_before_it(
    client: SecretsManagerClient, cache: CachedSecretManager, calls: Calls
) -> None:
    later: list[object] = []

    def change() -> None:
        client.put_secret_value(SecretId=NAME, SecretString='{"n": 2}')
        cache.invalidate(NAME)
        later.append(start(partial(cache.get_secret, NAME)).result(SECONDS))

    calls.after_first(change)

    assert cache.get_secret(NAME) == {"n": 1}
    assert later == [{"n": 2}]


def test_a_late_answer_does_not_replace_a_newer_one(
    client: SecretsManagerClient, cache: CachedSecretManager, calls: Calls
) -> None:
    def change() -> None:
        client.put_secret_value(SecretId=NAME, SecretString='{"n": 2}')
        cache.invalidate(NAME)
        start(partial(cache.get_secret, NAME)).result(SECONDS)

    calls.after_first(change)
    cache.get_secret(NAME)

    assert cache.get_secret(NAME) == {"n": 2}
    assert len(calls) == 2


def test_a_late_answer_does_not_end_a_newer_fetch(
    client: SecretsManagerClient, cache: CachedSecretManager, calls: Calls
) -> None:
    """The second fetch sees the first one end, and is remembered all the same."""
    second_asked, first_ended = threading.Event(), threading.Event()
    seconds: list[Future[object]] = []

    def ask_again() -> None:
        client.put_secret_value(SecretId=NAME, SecretString='{"n": 2}')
        cache.invalidate(NAME)
        calls.after_first(second_waits)
        seconds.append(start(partial(cache.get_secret, NAME)))
        assert second_asked.wait(SECONDS)

    def second_waits() -> None:
        second_asked.set()
        assert first_ended.wait(SECONDS)

    calls.after_first(ask_again)
    cache.get_secret(NAME)
    first_ended.set()
    seconds[0].result(SECONDS)

    assert cache.get_secret(NAME) == {"n": 2}
    assert len(calls) == 2


def test_invalidate_of_another_secret_leaves_a_fetch_to_be_remembered(
    cache: CachedSecretManager, calls: Calls
) -> None:
    calls.after_first(partial(cache.invalidate, "app/other"))

    cache.get_secret(NAME)
    cache.get_secret(NAME)

    assert len(calls) == 1


def test_threads_that_miss_together_make_one_call(cache: CachedSecretManager, calls: Calls) -> None:
    crowd = Crowd(calls)

    readers = crowd.read(cache)

    assert [reader.result(0) for reader in readers] == [{"n": 1}] * THREADS
    assert len(calls) == 1


def test_threads_that_find_a_secret_expired_together_make_one_call(
    cache: CachedSecretManager, calls: Calls, clock: Clock
) -> None:
    cache.get_secret(NAME)
    clock.advance(300)
    crowd = Crowd(calls)

    crowd.read(cache)

    assert len(calls) == 2


def test_a_thread_that_finds_the_secret_stored_meanwhile_makes_no_call(
    client: SecretsManagerClient, calls: Calls
) -> None:
    """As it sees the old value expire, another thread reads the new one, start to end."""
    clock = Clock()
    meanwhile: list[Callable[[], object]] = []

    def clock_of_a_slow_thread() -> float:
        now = clock()
        if meanwhile:
            meanwhile.pop()()
        return now

    cache = CachedSecretManager(client, clock=clock_of_a_slow_thread)
    cache.get_secret(NAME)
    clock.advance(300)
    meanwhile.append(partial(cache.get_secret, NAME))

    cache.get_secret(NAME)

    assert len(calls) == 2


def test_misses_of_two_secrets_run_side_by_side(
    client: SecretsManagerClient, cache: CachedSecretManager, calls: Calls
) -> None:
    client.create_secret(Name="app/other", SecretString='{"n": 2}')
    both_under_way = threading.Barrier(2)
    calls.before_each(partial(both_under_way.wait, SECONDS))

    readers = [start(partial(cache.get_secret, name)) for name in (NAME, "app/other")]

    assert [reader.result(2 * SECONDS) for reader in readers] == [{"n": 1}, {"n": 2}]


def test_a_hit_does_not_wait_for_the_miss_of_another_secret(
    cache: CachedSecretManager, calls: Calls
) -> None:
    cache.get_secret(NAME)
    hits: list[object] = []
    calls.after_first(lambda: hits.append(start(partial(cache.get_secret, NAME)).result(SECONDS)))

    cache.get_secret("app/missing")

    assert hits == [{"n": 1}]


def test_a_hit_takes_no_lock(cache: CachedSecretManager, calls: Calls) -> None:
    """Someone else holds every lock that the cache has, for as long as the hit takes."""
    cache.get_secret(NAME)
    locks = [part for part in vars(cache).values() if hasattr(part, "acquire")]
    assert locks

    with ExitStack() as held:
        for lock in locks:
            held.enter_context(lock)
        hit = start(partial(cache.get_secret, NAME)).result(SECONDS)

    assert hit == {"n": 1}
    assert len(calls) == 1


def test_waiting_threads_get_the_error_of_the_one_call(
    client: SecretsManagerClient, cache: CachedSecretManager, calls: Calls
) -> None:
    client.delete_secret(SecretId=NAME, RecoveryWindowInDays=7)

    readers = Crowd(calls).read(cache)

    errors = [reader.exception(0) for reader in readers]
    assert {type(error) for error in errors} == {client.exceptions.InvalidRequestException}
    assert len({str(error) for error in errors}) == 1
    assert len(calls) == 1


def test_each_waiting_thread_gets_an_error_of_its_own(
    client: SecretsManagerClient, cache: CachedSecretManager, calls: Calls
) -> None:
    """One object raised by many threads collects the frames of all of them."""
    client.delete_secret(SecretId=NAME, RecoveryWindowInDays=7)

    readers = Crowd(calls).read(cache)

    errors = [reader.exception(0) for reader in readers]
    assert len({id(error) for error in errors}) == THREADS
    for error in errors:
        assert isinstance(error, client.exceptions.InvalidRequestException)
        assert error.response["Error"]["Code"] == "InvalidRequestException"
        functions = [frame.name for frame in traceback.extract_tb(error.__traceback__)]
        assert functions.count("run") == 1


def test_the_error_of_a_waiting_thread_leads_to_that_of_the_call(
    client: SecretsManagerClient, cache: CachedSecretManager, calls: Calls
) -> None:
    client.delete_secret(SecretId=NAME, RecoveryWindowInDays=7)

    readers = Crowd(calls).read(cache)

    errors = [error for reader in readers if (error := reader.exception(0))]
    (met_by_the_call,) = [error for error in errors if error.__cause__ is None]
    assert [error.__cause__ for error in errors].count(met_by_the_call) == THREADS - 1


def test_waiting_threads_get_a_format_error_that_names_the_secret(
    client: SecretsManagerClient, cache: CachedSecretManager, calls: Calls
) -> None:
    client.put_secret_value(SecretId=NAME, SecretString=CANARY)

    readers = Crowd(calls).read(cache)

    errors = [error for reader in readers if (error := reader.exception(0))]
    assert [getattr(error, "secret_name", None) for error in errors] == [NAME] * THREADS
    assert not [error for error in errors if CANARY in f"{error} {error!r} {error.__cause__!r}"]


def test_an_error_is_not_shared_beyond_the_fetch_that_met_it(
    client: SecretsManagerClient, cache: CachedSecretManager, calls: Calls
) -> None:
    client.delete_secret(SecretId=NAME, RecoveryWindowInDays=7)
    Crowd(calls, size=4).read(cache)
    client.restore_secret(SecretId=NAME)

    assert cache.get_secret(NAME) == {"n": 1}


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, SystemExit])
def test_an_interrupted_fetch_is_taken_over_by_a_thread_that_waited(
    cache: CachedSecretManager, calls: Calls, interruption: type[BaseException]
) -> None:
    crowd = Crowd(calls)

    def interrupt() -> None:
        raise interruption

    calls.after_first(interrupt)
    readers = crowd.read(cache)

    errors = [error for reader in readers if (error := reader.exception(0))]
    assert [type(error) for error in errors] == [interruption]
    assert len([reader for reader in readers if not reader.exception(0)]) == THREADS - 1
    assert len(calls) == 2


def test_neither_the_cache_nor_its_parts_print_a_value(
    client: SecretsManagerClient, cache: CachedSecretManager
) -> None:
    client.create_secret(Name=NAME, SecretString=f'{{"password": "{CANARY}"}}')
    shown: list[str] = []
    calls = Calls(client)
    calls.after_first(lambda: shown.append(str(vars(cache))))
    cache.get_secret(NAME)

    shown += [repr(cache), str(cache), str(vars(cache))]

    assert not [text for text in shown if CANARY in text]
