"""Checks of exercise 2, the caching layer."""

from __future__ import annotations

import gc
import itertools
import json
import secrets
import threading
import uuid
import weakref
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Self

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    CredentialRetrievalError,
    EndpointConnectionError,
    NoCredentialsError,
    ProxyConnectionError,
    ReadTimeoutError,
    SSLError,
)

from secrets_manager import SecretError, SecretFormatError
from secrets_manager.grading.checks import (
    THREAD_SECONDS,
    answered,
    expect,
    leak_in,
    same,
    task,
    together,
    told,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_secretsmanager import SecretsManagerClient

    Canary = Callable[..., str]
    NewCache = Callable[..., Any]

TTL, MISSING, STALE = 60.0, 5.0, 600.0  # Seconds, as are the next; none is a default.
NO_TIME: dict[str, Any] = {"ttl_seconds": 0, "missing_seconds": 0, "stale_seconds": 0}
START = 10_000_000.0  # Far from what any clock of this machine says.
PAUSES = (0.1, 0.2, 0.4, 0.8)
HELD_SECONDS = 2 * THREAD_SECONDS  # Longer than any check waits for what it holds up.
GRACE = 0.1  # How long a thread that ought to wait is given to show that it does not.
CURRENT, PREVIOUS = "AWSCURRENT", "AWSPREVIOUS"
TIMED = ("recall", "refresh", "get", "get_or_stale", "warm_up")  # What they return has an age.
READS = ("GetSecretValue", "BatchGetSecretValue", "DescribeSecret", "ListSecrets")
OUTAGES: tuple[Exception | str, ...] = (
    EndpointConnectionError(endpoint_url="https://aws.example"),
    ConnectTimeoutError(endpoint_url="https://aws.example"),
    ReadTimeoutError(endpoint_url="https://aws.example"),
    ProxyConnectionError(proxy_url="https://proxy.example", error=""),
    SSLError(endpoint_url="https://aws.example", error=Exception()),
    ConnectionClosedError(endpoint_url="https://aws.example"),
    "InternalFailure",
    "InternalServiceError",
    "ServiceUnavailable",
    "ThrottlingException",
)
NO_CONNECTION = OUTAGES[0]
NO_OUTAGE = "InternalServerError"  # A code of other services, and none of OUTAGE_CODES.
STATUS = {  # Of the answers that have another one than 400.
    **dict.fromkeys(("InternalFailure", "InternalServiceError", NO_OUTAGE), 500),
    "ServiceUnavailable": 503,
}
MANY = 1500  # Secrets; whoever bounds a cache of them takes a thousand or less.
TOO_DEEP, TOO_LONG = "[" * 60_000, "1" * 5_000  # What json.loads cannot read.
FIRST, LAST = "Zq", "Wx"  # Letters that stand together in no word and no number.


class Clock:
    """Seconds that pass only when told; one thread can be held while it reads the time."""

    def __init__(self) -> None:
        self.now = START
        self.readings = 0
        self.held_thread: int | None = None
        self.somebody_is_held, self.go_on = threading.Event(), threading.Event()

    def __call__(self) -> float:
        """Return the time."""
        self.readings += 1
        if threading.get_ident() == self.held_thread:
            self.held_thread = None
            self.somebody_is_held.set()
            self.go_on.wait(THREAD_SECONDS)
        return self.now


class Aws:
    """Hears what is asked of AWS, and makes it fail, wait or take its time."""

    def __init__(self, client: SecretsManagerClient) -> None:
        self.asked: list[tuple[str, Any]] = []  # Operation and parameters of each read.
        self.fault: Exception | str | None = None
        self.meanwhile: Callable[[], object] = lambda: None
        self.held: dict[tuple[str, str], Held] = {}  # By name and label.
        client.meta.events.register("before-call.secretsmanager", self._hear)
        batch = "after-call.secretsmanager.BatchGetSecretValue"
        client.meta.events.register(batch, self._leave_out_what_is_empty)

    def _hear(self, model: Any, params: Any, **_: Any) -> Any:
        if model.name not in READS:
            return None
        asked = json.loads(params["body"])
        self.asked.append((model.name, asked))
        self.meanwhile()
        held = self.held.get((asked.get("SecretId"), asked.get("VersionStage", CURRENT)))
        if held:
            held()
        if isinstance(self.fault, Exception):
            raise self.fault
        if self.fault is None:
            return None
        return answered({"Error": {"Code": self.fault}}, STATUS.get(self.fault, 400))

    def _leave_out_what_is_empty(self, parsed: dict[str, Any], **_: Any) -> None:
        for field in [field for field in ("SecretValues", "Errors") if not parsed.get(field)]:
            parsed.pop(field, None)

    def fail_from(self, number: int, fault: Exception | str) -> None:
        """Answer with a fault, from the read of this number on."""
        self.fault = fault if self.calls >= number else None

    @property
    def calls(self) -> int:
        """Return how many reads AWS was asked for."""
        return len(self.asked)


class Held:
    """A call that takes until it is released; it knows how often it was begun."""

    def __init__(self, outcome: object = None) -> None:
        self.outcome = outcome
        self.begun, self.begun_again = threading.Event(), threading.Event()
        self.released, self._calls = threading.Event(), itertools.count()

    def __call__(self) -> Any:
        """Wait for the release, then return the outcome or raise it."""
        (self.begun_again if next(self._calls) else self.begun).set()
        self.released.wait(HELD_SECONDS)
        if isinstance(self.outcome, BaseException):
            raise self.outcome
        return self.outcome


class Database:
    """Accepts logins with one password, and refuses others by an error of its own kind."""

    def __init__(self, exercise: Any, accepted: str) -> None:
        refused: type[Exception] = exercise.LoginRefusedError
        self.refusal: type[Exception] = type("WrongPasswordError", (refused,), {})
        self.accepted = accepted
        self.tried: list[str] = []
        self.refusals: list[Exception] = []

    def connect(self, login: Mapping[str, Any]) -> str:
        """Return a connection, or refuse."""
        self.tried.append(login["password"])
        if login["password"] != self.accepted:
            self.refusals.append(self.refusal())
            raise self.refusals[-1]
        return "connected"


class Watched:
    """A cache that has to use the clock and the sleep that it was given.

    Whoever uses others fails in most checks, and each of them would guess at another cause.
    """

    def __init__(
        self,
        exercise: Any,
        client: SecretsManagerClient,
        *,
        clock: Clock,
        sleep: Any,
        **options: Any,
    ) -> None:
        self.exercise, self.clock, self.sleep, self.pauses = exercise, clock, sleep, 0
        self.inside: list[int] = []  # The thread of each call that is at work.
        self.cache = exercise.SecretCache(client, clock=clock, sleep=self._pause, **options)

    def _pause(self, seconds: float) -> None:
        self.pauses += 1
        self.sleep(seconds)

    def __getattr__(self, method: str) -> Any:
        """Return a method of the cache that is watched while it runs."""
        call = getattr(self.cache, method)

        def watched(*args: Any) -> Any:
            with self._inside(method) as expect_read:
                result = call(*args)
                untimed = args == ([],) or (method == "recall" and result is None)
                if method in TIMED and not untimed:
                    expect_read()
                return result

        return watched

    def log_in(self, name: str, connect: Callable[[Any], object]) -> Any:
        """Log in, and see that each refusal is followed by a pause."""
        pauses = -1

        def watched(value: Any) -> object:
            nonlocal pauses
            expect_read()
            expect(
                self.pauses > pauses,
                "a refused login was tried again, and the sleep that was handed in was not called",
            )
            try:
                return connect(value)
            except self.exercise.LoginRefusedError:
                pauses = self.pauses
                raise

        with self._inside("log_in") as expect_read:
            return self.cache.log_in(name, watched)

    @contextmanager
    def _inside(self, method: str) -> Iterator[Callable[[], None]]:
        """Provide what expects that the clock has been read since.

        Who finds another thread inside may be given its answer, and need not read the clock.
        """
        before, thread = self.clock.readings, threading.get_ident()
        self.inside.append(thread)
        alone = {*self.inside} == {thread}

        def expect_read() -> None:
            read = self.clock.readings > before
            expect(read or not alone, f"{method}() did not read the clock that was handed in")

        try:
            yield expect_read
        finally:
            self.inside.remove(thread)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def aws(client: SecretsManagerClient) -> Aws:
    return Aws(client)


@pytest.fixture
def pauses() -> list[float]:
    """What the cache has slept, in seconds."""
    return []


@pytest.fixture
def new_cache(exercise: Any, client: SecretsManagerClient, clock: Clock) -> NewCache:
    """Makes a cache, with what is not said otherwise."""
    return partial(Watched, exercise, client, clock=clock, sleep=lambda _: None)


@pytest.fixture
def cache(new_cache: NewCache, aws: Aws, pauses: list[float]) -> Any:
    return new_cache(
        ttl_seconds=TTL, missing_seconds=MISSING, stale_seconds=STALE, sleep=pauses.append
    )


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    pool = ThreadPoolExecutor(16)
    yield pool
    pool.shutdown(wait=False, cancel_futures=True)


@pytest.fixture
def name() -> str:
    return new_name()


def new_name() -> str:
    return f"exercise-2/{uuid.uuid4().hex}"


def create(client: SecretsManagerClient, name: str, password: str) -> None:
    client.create_secret(Name=name, SecretString=json.dumps({"password": password}))


def rotate(client: SecretsManagerClient, name: str, password: str) -> None:
    client.put_secret_value(SecretId=name, SecretString=json.dumps({"password": password}))


def code(error: Exception | None) -> str:
    """Return an error's code, or the name of its type."""
    if isinstance(error, ClientError):
        return str(error.response["Error"]["Code"])
    return type(error).__name__


def name_of(fault: Exception | str | None) -> str:
    return fault if isinstance(fault, str) else type(fault).__name__


def met(error: Exception | None, fault: Exception | str | None) -> bool:
    """Return whether an error is the one that AWS was made to answer with."""
    return code(error) == name_of(fault)


def got(call: Callable[..., object], *args: object) -> Any:
    """Return what a call returns, or the error that it raises."""
    try:
        return call(*args)
    except NotImplementedError:
        raise
    except Exception as error:
        return error


def outcome(call: Callable[..., object], *args: object) -> tuple[Exception | None, str]:
    """Return the error that a call raises, if any, and in words how it ended."""
    end = got(call, *args)
    if isinstance(end, Exception):
        return end, f"raised {code(end)}"
    return None, f"returned {'None' if end is None else 'a value'}"


def plain(value: Any) -> Any:
    """Return any Mapping as a dict and any Sequence as a list, all the way down."""
    if isinstance(value, Mapping):
        return {key: plain(value[key]) for key in value}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain(item) for item in value]
    return value


def holds(value: Any, wanted: object) -> bool:
    """Return whether a value is a Mapping that equals the *wanted* JSON object."""
    return isinstance(value, Mapping) and same(plain(value), wanted)


def has(value: Any, password: str) -> bool:
    return holds(value, {"password": password})


def kept(cache: Any, name: str, version_stage: str = CURRENT) -> Any:
    """Return the value that `recall` returns, or None for no answer."""
    return getattr(cache.recall(name, version_stage), "value", None)


def containers(value: Any) -> Iterator[Any]:
    """Yield every object and array in a value, itself first."""
    if isinstance(value, Mapping):
        yield value
        for key in value:
            yield from containers(value[key])
    elif isinstance(value, Sequence) and not isinstance(value, str):
        yield value
        for item in value:
            yield from containers(item)


def by_other_ways(value: Mapping[str, Any]) -> list[Any]:
    """Return what is in an object, as it is read otherwise than by []."""
    return [*value.values(), *(item for _, item in value.items()), *map(value.get, value)]


def reached(value: Any) -> list[Any]:
    """Return every object and array in a value, by whatever way they are reached."""
    found = [*containers(value)]
    ways = [item for each in found if isinstance(each, Mapping) for item in by_other_ways(each)]
    return [*{id(each): each for each in (*found, *ways)}.values()]


def changed_by(value: Any, wanted: object) -> str | None:
    """Return which operation of dict or list changes the value at some depth, or None."""
    key = "password"
    changes: dict[str, Callable[[Any], object]] = {
        "[…] =": lambda each: each.__setitem__(key if isinstance(each, Mapping) else 0, "x"),
        "del": lambda each: each.__delitem__(next(iter(each)) if isinstance(each, Mapping) else 0),
        "update": lambda each: each.update({key: "x"}),
        "setdefault": lambda each: each.setdefault("another", "x"),
        "|=": lambda each: each.__ior__({key: "x"}),
        "append": lambda each: each.append("x"),
        "extend": lambda each: each.extend(["x"]),
        "insert": lambda each: each.insert(0, "x"),
        "+=": lambda each: each.__iadd__(["x"]),
        "*=": lambda each: each.__imul__(2),
        "reverse": lambda each: each.reverse(),
        "sort": lambda each: each.sort(key=id),
        "remove": lambda each: each.remove(each[0]),
        "pop": lambda each: each.pop(*([next(iter(each))] if isinstance(each, Mapping) else [])),
        "popitem": lambda each: each.popitem(),
        "clear": lambda each: each.clear(),
    }
    for operation, change in changes.items():
        for each in reached(value):
            with suppress(Exception):
                change(each)
            if not holds(value, wanted):
                return f"{operation} on a {type(each).__name__}"
    return None


def marked(value: str) -> str:
    """Return a longer value, of which the first and the last letters can be found again, too."""
    return f"{FIRST}{value}{LAST}"


def nested(canary: Canary) -> dict[str, Any]:
    password, user = marked(canary()), marked(canary())
    port = int(canary(str(secrets.randbits(62))))
    hosts = [{"port": port, "keys": [password, "b"]}, [password]]
    return {"password": password, "user": user, "port": port, "hosts": hosts}


def expect_shareable(value: Any, wanted: dict[str, Any], what: str) -> None:
    """Expect a value that is equal, silent and unchangeable at every depth."""
    expect(holds(value, wanted), f"{what} is {told(value)} that does not equal the JSON object")
    parts = {
        "the password": wanted["password"],
        "a value that is no password": wanted["user"],
        "a number": str(wanted["port"]),
        "how a value begins": FIRST,
        "how a value ends": LAST,
    }
    for each in containers(value):
        shown = f"{each!r} {each} {[each]}"
        for part, text in parts.items():
            said = f"the repr of a {type(each).__name__} in {what} shows {part}"
            expect(text not in shown, said)
    for each in containers(value):
        inside = by_other_ways(each) if isinstance(each, Mapping) else []
        loud = [item for item in inside if list(containers(item)) and FIRST in repr(item)]
        way = f"what get, values or items of a {type(each).__name__} in {what} return"
        expect(not loud, f"{way} shows a value in its repr")
    operation = changed_by(value, wanted)
    expect(operation is None, f"{what} was changed by {operation}")


def under_way(pool: ThreadPoolExecutor, held: Held, call: Callable[[], Any]) -> Future[Any]:
    """Start *call* in a thread, and return when it has begun the *held* call inside."""
    future = pool.submit(call)
    future.add_done_callback(lambda _: held.begun.set())
    held.begun.wait(THREAD_SECONDS)
    if future.done():
        future.result()  # Raises what is wrong, also that the task is not begun.
        pytest.fail("the call came back before what it waits for had ended", pytrace=False)
    return future


def end_of(future: Future[Any], why: str) -> Any:
    """Return what a thread came back with, be it a result or an error."""
    done, _ = wait([future], THREAD_SECONDS)
    expect(bool(done), f"a thread still waits after {THREAD_SECONDS} seconds, {why}")
    error = future.exception()
    if isinstance(error, (NotImplementedError, pytest.fail.Exception)):
        raise error
    return error or future.result()


def ends_of_one_call(
    cache: Any,
    pool: ThreadPoolExecutor,
    call_ends_with: object,
    *,
    meanwhile: Callable[[], object] = lambda: None,
) -> list[Any]:
    """Return what a thread got that runs a call, and what threads got that came meanwhile.

    Nobody can see whether a thread waits already, so those that came too late, and rightly ran
    their own call, are left out; where all were late, they are given more time. Where the call
    ends by no Exception, they may run their own: Ctrl-C is the affair of one thread.
    """
    for grace in (GRACE / 2, 2 * GRACE, 8 * GRACE):
        held, ran_own = Held(call_ends_with), threading.Event()
        first = under_way(pool, held, partial(cache.once, KEY, held))
        meanwhile()
        gate = threading.Barrier(7)

        def follow(gate: threading.Barrier = gate, ran_own: threading.Event = ran_own) -> Any:
            own = object()

            def own_call() -> object:
                ran_own.set()
                return own

            gate.wait(THREAD_SECONDS)
            end = cache.once(KEY, own_call)
            return own_call if end is own else end

        others = [pool.submit(follow) for _ in range(6)]
        gate.wait(THREAD_SECONDS)
        too_early = ran_own.wait(grace)
        held.released.set()
        why = f"though the call has ended in {told(call_ends_with)}"
        ends = [end_of(each, why) for each in (first, *others)]
        expect(not too_early, "a thread ran its own call while another's for the key was running")
        shared = [end for end in ends[1:] if getattr(end, "__name__", "") != "own_call"]
        no_exception = isinstance(ends[0], BaseException) and not isinstance(ends[0], Exception)
        if shared or no_exception:
            return [ends[0], *shared]
    pytest.fail(
        "every thread that came while a call was running ran its own after it, "
        f"where that call had ended in {told(call_ends_with)}",
        pytrace=False,
    )


# 2.1


@task("2.1")
def test_an_answer_is_recalled_while_it_is_younger_than_the_ttl(
    exercise: Any, new_cache: NewCache, cache: Any, clock: Clock, canary: Canary, name: str
) -> None:
    """An answer is fresh while less than ttl_seconds have passed on the clock handed in."""
    password = canary()
    clock.now = START + 2
    cache.remember(name, CURRENT, exercise.Answer({"password": password}, START))

    for age in (2.0, MISSING, TTL - 0.5):
        clock.now = START + age
        found = cache.recall(name, CURRENT)
        expect(
            isinstance(found, exercise.Answer) and has(found.value, password),
            f"recall() returned {told(found)} for an answer {age} seconds old, with a TTL of {TTL}",
        )
        expect(same(found.asked_at, START), "the answer that was recalled has another asked_at")
    for age in (10 * TTL, 2 * TTL, TTL):
        old = new_name()
        cache.remember(old, CURRENT, exercise.Answer({"password": password}, clock.now - age))
        found = cache.recall(old, CURRENT)
        expect(found is None, f"recall() returned an answer {age} seconds old, with a TTL of {TTL}")

    zero = new_cache(ttl_seconds=0)
    zero.remember(name, CURRENT, exercise.Answer({"password": password}, clock.now))
    expect(
        zero.recall(name, CURRENT) is None, "with a TTL of 0 seconds, recall() returned an answer"
    )
    never_stale = new_cache(ttl_seconds=TTL, stale_seconds=0)
    never_stale.remember(name, CURRENT, exercise.Answer({"password": password}, clock.now))
    clock.now += TTL / 2
    never_stale.remember(new_name(), CURRENT, exercise.Answer({}, clock.now))
    found = never_stale.recall(name, CURRENT)
    expect(found is not None, "with stale_seconds of 0, a fresh answer was dropped")


@task("2.1")
def test_an_answer_belongs_to_its_name_and_its_label(
    exercise: Any, new_cache: NewCache, cache: Any, clock: Clock, canary: Canary, name: str
) -> None:
    """AWSPREVIOUS of a secret is another value than AWSCURRENT, as is any other secret."""
    current, previous = canary(), canary()
    cache.remember(name, CURRENT, exercise.Answer({"password": current}, clock.now))

    unknown = [cache.recall(name, PREVIOUS), cache.recall(new_name(), CURRENT)]
    expect(unknown[0] is None, "what was remembered for AWSCURRENT was recalled for AWSPREVIOUS")
    expect(unknown[1] is None, "what was remembered for one name was recalled for another")
    another_cache = new_cache()
    found = another_cache.recall(name, CURRENT)
    expect(found is None, "what one cache was told to remember, another one recalled")

    cache.remember(name, PREVIOUS, exercise.Answer({"password": previous}, clock.now))
    expect(
        has(kept(cache, name), current) and has(kept(cache, name, PREVIOUS), previous),
        "remembering AWSPREVIOUS changed what is recalled for AWSCURRENT",
    )
    for number in range(MANY):
        answer = exercise.Answer({"password": f"{current}-{number}"}, clock.now)
        cache.remember(f"{name}-{number}", CURRENT, answer)
    found = [kept(cache, f"{name}-{number}") for number in range(MANY)]
    own = [has(value, f"{current}-{number}") for number, value in enumerate(found)]
    expect(all(own), f"of {MANY} secrets that were remembered, {sum(own)} were recalled")


@task("2.1")
def test_none_is_an_answer_but_for_a_short_time(
    exercise: Any, new_cache: NewCache, cache: Any, clock: Clock, name: str
) -> None:
    """That a secret is missing is worth remembering for missing_seconds: it may come any moment."""
    empty = new_name()
    cache.remember(name, CURRENT, exercise.Answer(None, clock.now))
    cache.remember(empty, CURRENT, exercise.Answer({}, clock.now))

    clock.now += MISSING - 0.5
    found = cache.recall(name, CURRENT)
    expect(
        isinstance(found, exercise.Answer) and found.value is None,
        f"before missing_seconds had passed, recall returned {told(found)} for a missing secret",
    )
    clock.now += 0.5
    found = cache.recall(name, CURRENT)
    expect(found is None, "a secret still counted as missing when missing_seconds had passed")
    found = cache.recall(empty, CURRENT)
    expect(found is not None, "a secret whose value is an empty object was taken for a missing one")

    zero = new_cache(missing_seconds=0)
    zero.remember(name, CURRENT, exercise.Answer(None, clock.now))
    found = zero.recall(name, CURRENT)
    expect(found is None, "with missing_seconds of 0, a secret counted as missing")


@task("2.1")
def test_the_answer_asked_for_later_stays(
    exercise: Any, cache: Any, clock: Clock, canary: Canary
) -> None:
    """A slow answer to an old question must not replace the answer to a newer one."""
    old, new = {"password": canary()}, {"password": canary()}
    cases = (  # What is remembered first and then, each with when it was asked for; what stays.
        ((old, 0), (new, 1), new, "a newer answer did not replace the older one"),
        ((new, 1), (old, 0.5), new, "an answer asked for earlier replaced one asked for later"),
        ((new, 1), (None, 2), None, "a newer answer that says there is none replaced no value"),
        ((None, 2), (old, 1), None, "a value replaced a later answer that says there is none"),
        ((new, 2), (None, 1), new, "an earlier answer that says there is none replaced a value"),
        ((old, 1), (new, 1), new, "of two answers asked for at one reading, the first stayed"),
    )
    clock.now = START + 2
    for first, second, wanted, happened in cases:
        secret = new_name()
        for value, seconds in (first, second):
            cache.remember(secret, CURRENT, exercise.Answer(value, START + seconds))
        expect(same(plain(kept(cache, secret)), wanted), happened)

    for looked_for, happened in (
        (False, "an answer replaced a later one that was not fresh any more"),
        (True, "an answer replaced a later one that was no longer fresh, and was looked for"),
    ):
        secret, asked_at = new_name(), clock.now
        cache.remember(secret, CURRENT, exercise.Answer(None, asked_at))
        clock.now += MISSING
        if looked_for:
            cache.recall(secret, CURRENT)
        cache.remember(secret, CURRENT, exercise.Answer(old, asked_at - 1))
        found = cache.recall(secret, CURRENT)
        expect(found is None, happened)


class SlowSeconds(float):
    """A number whose first comparison takes until another thread has done its work."""

    def __new__(cls, value: float, compared: threading.Event, go_on: threading.Event) -> Self:
        """Return the number."""
        number = super().__new__(cls, value)
        number.compared, number.go_on = compared, go_on  # type: ignore[attr-defined]
        return number

    def _wait(self: Any) -> None:
        if not self.compared.is_set():
            self.compared.set()
            self.go_on.wait(GRACE)

    def __lt__(self, other: float) -> bool:
        self._wait()
        return float(self) < other

    def __le__(self, other: float) -> bool:
        self._wait()
        return float(self) <= other

    def __gt__(self, other: float) -> bool:
        self._wait()
        return float(self) > other

    def __ge__(self, other: float) -> bool:
        self._wait()
        return float(self) >= other


@task("2.1")
def test_the_answer_asked_for_later_stays_whatever_threads_do(
    exercise: Any, cache: Any, pool: ThreadPoolExecutor, canary: Canary, name: str
) -> None:
    """Between a look and what is done about it another thread may be at work, but for a lock."""
    compared, newer_is_kept = threading.Event(), threading.Event()
    older = SlowSeconds(START - 2, compared, newer_is_kept)
    newer = {"password": canary()}
    cache.remember(name, CURRENT, exercise.Answer({}, START - 3))
    slow = pool.submit(cache.remember, name, CURRENT, exercise.Answer({}, older))
    slow.add_done_callback(lambda _: compared.set())
    compared.wait(THREAD_SECONDS)

    cache.remember(name, CURRENT, exercise.Answer(newer, START - 1))

    newer_is_kept.set()
    end_of(slow, "though nobody else remembers anything")
    replaced = "a thread that had looked before a newer answer came replaced that one"
    expect(same(plain(kept(cache, name)), newer), replaced)


@task("2.1")
def test_forget_drops_all_labels_of_one_secret(
    exercise: Any, cache: Any, clock: Clock, canary: Canary, name: str
) -> None:
    """Forgetting is about a whole secret, whatever the labels, and about no other secret."""
    password = canary()
    others = {"a secret whose name begins alike": f"{name}-other", "another secret": new_name()}
    labels = (CURRENT, PREVIOUS, "TRIAL")  # Anybody may make up a label.
    cache.forget(name)  # Nothing is known of it, and that is fine.
    mine = [(name, label) for label in labels]
    for each, label in (*mine, *((other, CURRENT) for other in others.values())):
        cache.remember(each, label, exercise.Answer({"password": password}, clock.now))

    cache.forget(name)

    for label in labels:
        found = cache.recall(name, label)
        expect(found is None, f"recall() still returned the {label} of a secret that was forgotten")
    for what, other in reversed(others.items()):
        expect(has(kept(cache, other), password), f"forgetting one secret lost {what}")

    clock.now += 1
    cache.remember(name, CURRENT, exercise.Answer({"password": password}, clock.now))
    expect(has(kept(cache, name), password), "a forgotten secret could not be remembered again")


# 2.2


@task("2.2")
def test_refresh_asks_aws_whatever_is_kept(
    client: SecretsManagerClient, cache: Any, aws: Aws, canary: Canary, name: str
) -> None:
    """A refresh is wanted because what is kept may be wrong, so it asks AWS, with one call."""
    old, new = canary(), canary()
    create(client, name, old)
    first = cache.refresh(name)
    rotate(client, name, new)
    second = cache.refresh(name)

    expect(has(first, old), f"refresh() returned {told(first)}, not the secret's JSON object")
    expect(has(second, new), "a value was put since the last refresh, and refresh did not see it")
    expect(has(kept(cache, name), new), "refresh() did not remember the new value")
    expect(
        [operation for operation, _ in aws.asked] == ["GetSecretValue"] * 2,
        f"two refreshes made {aws.calls} calls, or other calls than GetSecretValue",
    )


@task("2.2")
def test_an_answer_is_as_old_as_its_question(
    client: SecretsManagerClient, cache: Any, aws: Aws, clock: Clock, canary: Canary, name: str
) -> None:
    """AWS may have read the value the moment it was asked, so asked_at is read before the call."""
    create(client, name, canary())

    def take_seven_seconds() -> None:
        clock.now += 7

    aws.meanwhile = take_seven_seconds
    cache.refresh(name)

    expect(
        same(getattr(cache.recall(name, CURRENT), "asked_at", None), START),
        "a call took seven seconds, and its answer is remembered as if it had taken none",
    )


@task("2.2")
def test_refresh_remembers_what_aws_says_of_a_label_none_included(
    client: SecretsManagerClient, cache: Any, canary: Canary, name: str
) -> None:
    """AWSPREVIOUS is another version than AWSCURRENT, and "there is none" is an answer, too."""
    old, new = canary(), canary()
    create(client, name, old)
    rotate(client, name, new)

    read = cache.refresh(name, PREVIOUS)
    expect(has(read, old), "refresh() for AWSPREVIOUS returned another version's value")
    expect(has(kept(cache, name, PREVIOUS), old), "what AWSPREVIOUS is was not remembered for it")

    for missing in ((new_name(), CURRENT), (name, "AWSPENDING")):
        end = got(cache.refresh, *missing)
        expect(end is None, f"for what does not exist, refresh ended in {told(end)}")
        expect(
            getattr(cache.recall(*missing), "value", missing) is None,
            "that a secret or version does not exist was not remembered",
        )


@task("2.2")
def test_a_value_can_be_shared_by_all_and_changed_by_nobody(
    client: SecretsManagerClient, cache: Any, canary: Canary, name: str
) -> None:
    """A caller that changes a shared value changes it for all, one that logs it shows it to all."""
    wanted = nested(canary)
    client.create_secret(Name=name, SecretString=json.dumps(wanted))

    expect_shareable(cache.refresh(name), wanted, "what refresh returned")
    expect_shareable(kept(cache, name), wanted, "what recall returned")


@task("2.2")
def test_an_error_is_passed_on_and_not_remembered(
    client: SecretsManagerClient, cache: Any, aws: Aws, canary: Canary, name: str
) -> None:
    """Access denied is not a missing secret, and may be granted the next second."""
    password = canary()
    create(client, name, password)
    for fault in ("AccessDeniedException", NO_CONNECTION):
        aws.fault = fault
        error, ended = outcome(cache.refresh, name)
        expect(met(error, fault), f"the read met {name_of(fault)}, and refresh {ended}")
        expect(
            cache.recall(name, CURRENT) is None, "an answer was remembered though there was none"
        )

    aws.fault = None
    end = got(cache.refresh, name)
    expect(has(end, password), f"after an outage AWS answers, and refresh ended in {told(end)}")


@task("2.2")
def test_what_is_no_json_object_is_an_error_without_the_value(
    client: SecretsManagerClient, cache: Any, canary: Canary
) -> None:
    """A SecretFormatError holds no part of the value, in its text, its causes or its frames."""
    text, listed, binary = [marked(canary()) for _ in range(3)]
    secret_values = (text, listed, binary)
    values: dict[str, dict[str, Any]] = {
        "is not JSON": {"SecretString": text},
        "is JSON, but no object": {"SecretString": json.dumps([listed])},
        "is the JSON null": {"SecretString": "null"},
        "is binary": {"SecretBinary": binary.encode()},
        "is nested beyond measure": {"SecretString": TOO_DEEP},
        "is a number beyond measure": {"SecretString": TOO_LONG},
    }
    for kind, value in values.items():
        name = new_name()
        client.create_secret(Name=name, **value)
        error, ended = outcome(cache.refresh, name)
        expect(isinstance(error, SecretFormatError), f"refresh {ended} for a value that {kind}")
        said = f"{error} {error!r}"
        expect(not any(each in said for each in secret_values), "the error quotes the value")
        expect(FIRST not in said and LAST not in said, "the error quotes a part of the value")
        expect(
            error is not None and not leak_in(error, secret_values),
            "the error says nothing, but holds the value: in its causes or in a frame on its way",
        )
        expect(cache.recall(name, CURRENT) is None, "an unusable value was remembered")


# 2.3

KEY = ("shop/database", CURRENT)
KEYS = 70  # At once: more than there might be locks or slots, where keys share some.


class Result:
    """What a call returns, and nobody else has."""


class CallFailedError(Exception):
    """Raised by a call of these checks, and by nothing else."""


@task("2.3")
def test_a_call_is_run_and_nothing_of_it_is_kept(cache: Any) -> None:
    """Alone, a thread runs its own call every time: remembering is the work of other methods."""
    results = iter(["first", None, "third"])
    returned = [cache.once(KEY, lambda: next(results)) for _ in range(3)]

    expect(
        returned == ["first", None, "third"],
        "three calls of once(), one after the other, did not each run and return their own call",
    )
    result = weakref.ref(cache.once(KEY, Result))
    gc.collect()
    expect(result() is None, "what a call returned is still kept after it has ended")


@task("2.3")
@pytest.mark.parametrize("result", ["value", None])
def test_threads_that_come_while_a_call_runs_share_its_result(
    cache: Any, pool: ThreadPoolExecutor, result: object
) -> None:
    """A hundred threads that miss together must not ask AWS a hundred times: that is a stampede."""
    first, *others = ends_of_one_call(cache, pool, result)

    expect(first is result, f"the thread that ran the call got {told(first)}, not its result")
    for end in others:
        expect(end is result, f"a thread that waited got {told(end)}, not the call's result")


class Meeting(str):
    """A name that two threads look up at the same moment, where nothing keeps them apart."""

    __slots__ = ("barrier",)
    barrier: threading.Barrier
    __eq__ = str.__eq__

    def __hash__(self) -> int:
        with suppress(threading.BrokenBarrierError):
            self.barrier.wait(GRACE)
        return str.__hash__(self)


@task("2.3")
def test_threads_that_come_at_the_same_moment_share_a_call(
    cache: Any, pool: ThreadPoolExecutor
) -> None:
    """Who looks whether a call is running, and then says that it is, has to do both at once."""
    name, held, start = Meeting(KEY[0]), Held("value"), threading.Barrier(2)
    name.barrier = threading.Barrier(2)

    def come() -> Any:
        start.wait(THREAD_SECONDS)
        return cache.once((name, CURRENT), held)

    calls = [pool.submit(come) for _ in range(2)]
    held.begun.wait(THREAD_SECONDS)
    twice = held.begun_again.wait(GRACE)  # The call goes on, so that a late thread is no excuse.
    held.released.set()

    for each in calls:
        end_of(each, "though the call has ended")
    expect(not twice, "two threads that came at the same moment ran a call each")


@task("2.3")
def test_threads_with_other_keys_go_on(
    new_cache: NewCache, cache: Any, pool: ThreadPoolExecutor
) -> None:
    """One slow secret stops neither the reads of others, nor those of another cache."""
    held = Held("slow")
    first = under_way(pool, held, lambda: cache.once(KEY, held))
    another_key, another_cache = "for a call that has another key", "for a call of another cache"
    others = [
        (pool.submit(of.once, key, lambda: "quick"), why)
        for of, key, why in (
            (cache, ("shop/mail", CURRENT), another_key),
            (cache, (KEY[0], PREVIOUS), another_key),
            (new_cache(), KEY, another_cache),
        )
    ]

    for each, why in others:
        end = end_of(each, why)
        expect(end == "quick", f"a thread whose key no other thread uses got {told(end)}")
    held.released.set()
    end_of(first, "though its call has ended")

    all_are_in = threading.Barrier(KEYS)

    def meet_all_others() -> bool:
        with suppress(threading.BrokenBarrierError):
            all_are_in.wait(THREAD_SECONDS / 2)
        return not all_are_in.broken

    calls = [
        partial(cache.once, (f"shop/{number}", CURRENT), meet_all_others) for number in range(KEYS)
    ]
    expect(all(together(calls)), f"{KEYS} threads with a key each did not run their calls at once")


@task("2.3")
@pytest.mark.parametrize("error", [CallFailedError(), SystemExit(), KeyboardInterrupt()])
def test_a_call_that_fails_leaves_nobody_waiting(
    cache: Any, pool: ThreadPoolExecutor, error: BaseException
) -> None:
    """In an outage all who wait share one time-out; and Ctrl-C ends a call, too."""
    first, *others = ends_of_one_call(cache, pool, error)
    again = pool.submit(cache.once, KEY, lambda: "again")

    if isinstance(error, Exception):
        for who, ends in (("ran the call", [first]), ("waited for it", others)):
            for end in ends:
                another = "another " if type(end) is type(error) else ""
                what = f"{another}{told(end)}"
                expect(
                    end is error,
                    f"a call raised {told(error)}, and a thread that {who} got {what}",
                )
    expect(
        end_of(again, "for a call that has failed") == "again",
        "after a call that failed, the next thread did not run its own",
    )


@task("2.3")
def test_a_call_that_runs_is_shared_though_its_secret_was_forgotten(
    cache: Any, pool: ThreadPoolExecutor
) -> None:
    """Forgetting is about what is known: who asks AWS already asks for all who come meanwhile."""
    ends_of_one_call(cache, pool, "value", meanwhile=partial(cache.forget, KEY[0]))


# 2.4


@task("2.4")
def test_hits_make_no_calls_and_a_rotation_is_seen_after_the_ttl(
    client: SecretsManagerClient, cache: Any, aws: Aws, clock: Clock, canary: Canary, name: str
) -> None:
    """Reads are free until the TTL has passed, and then see what a rotation has put."""
    old, new = canary(), canary()
    create(client, name, old)

    for _ in range(20):
        value = cache.get(name)
        expect(has(value, old), f"get() returned {told(value)}, not the secret's JSON object")
    expect(aws.calls == 1, f"twenty reads made {aws.calls} calls through the client handed in")

    rotate(client, name, new)
    clock.now += TTL
    values = [cache.get(name) for _ in range(20)]
    expect(
        all(has(value, new) for value in values),
        "get() returned the old value when the TTL was over",
    )
    expect(aws.calls == 2, f"twenty reads and an expiry made {aws.calls} calls, not one more")


@task("2.4")
def test_what_aws_has_just_said_is_returned_though_nothing_is_ever_fresh(
    client: SecretsManagerClient, new_cache: NewCache, canary: Canary, name: str
) -> None:
    """A TTL of 0 is for those who want no cache: each read asks AWS, and has what AWS says."""
    password = canary()
    create(client, name, password)

    end = got(new_cache(**NO_TIME).get, name)

    expect(has(end, password), f"with a TTL of 0, get ended in {told(end)}, not in what AWS said")


@task("2.4")
def test_each_label_is_read_for_itself(
    client: SecretsManagerClient, cache: Any, aws: Aws, canary: Canary, name: str
) -> None:
    """A read of AWSPREVIOUS after one of AWSCURRENT must not be answered with the current value."""
    old, new = canary(), canary()
    create(client, name, old)
    rotate(client, name, new)

    for _ in range(2):
        expect(has(cache.get(name), new), "between reads of AWSPREVIOUS, AWSCURRENT was not read")
        expect(has(cache.get(name, PREVIOUS), old), "AWSPREVIOUS was asked for, and not returned")
    expect(aws.calls == 2, f"two labels, each read twice, made {aws.calls} calls")


@task("2.4")
def test_a_missing_secret_costs_one_call_and_is_found_soon(
    client: SecretsManagerClient, cache: Any, aws: Aws, clock: Clock, canary: Canary, name: str
) -> None:
    """A program that polls for a missing secret must not pay for each read, nor miss its coming."""
    password = canary()
    for _ in range(20):
        end = got(cache.get, name)
        expect(end is None, f"for a secret that does not exist, get ended in {told(end)}")
    expect(aws.calls == 1, f"twenty reads of a missing secret made {aws.calls} calls")

    create(client, name, password)
    clock.now += MISSING
    expect(
        has(cache.get(name), password),
        "a secret created meanwhile was not found after missing_seconds",
    )


@task("2.4")
def test_an_error_is_raised_once_and_the_next_read_asks_again(
    client: SecretsManagerClient, cache: Any, aws: Aws, canary: Canary, name: str
) -> None:
    """An error is no missing secret, and one that is remembered makes a short outage long."""
    create(client, name, canary())
    aws.fault = "ThrottlingException"
    for _ in range(2):
        error, ended = outcome(cache.get, name)
        expect(met(error, aws.fault), f"AWS answered {aws.fault}, and get {ended}")
    expect(aws.calls == 2, f"two reads that failed made {aws.calls} calls")


@task("2.4")
@pytest.mark.parametrize("fault", [None, "InternalServiceError"])
def test_threads_that_miss_together_make_one_call(
    client: SecretsManagerClient,
    cache: Any,
    aws: Aws,
    pool: ThreadPoolExecutor,
    canary: Canary,
    name: str,
    fault: str | None,
) -> None:
    """The moment a TTL ends, every thread misses: AWS is asked once, and an error shared."""
    password = canary()
    create(client, name, password)
    aws.fault = fault
    for grace in (GRACE / 2, 2 * GRACE, 8 * GRACE):
        aws.asked.clear()
        ends = ends_of_reads(cache, aws, pool, name, grace)
        for end in ends:
            right = has(end, password) if fault is None else met(end, fault)
            expect(right, f"AWS answered {fault or 'well'}, and a thread got {told(end)}")
        if aws.calls == 1 or (fault and aws.calls < len(ends)):  # Late ones rightly ask again.
            return
        if fault is None:
            break
    what = f"a call that ended in {fault}" if fault else "one call"
    expect(False, f"seven threads missed together and needed {what}, and made {aws.calls} calls")


def ends_of_reads(
    cache: Any, aws: Aws, pool: ThreadPoolExecutor, name: str, grace: float
) -> list[Any]:
    """Return what a thread got that asks AWS, and what six got that read meanwhile."""
    held = aws.held[name, CURRENT] = Held()
    first = under_way(pool, held, partial(cache.get, name))
    gate = threading.Barrier(7)

    def read() -> Any:
        gate.wait(THREAD_SECONDS)
        return cache.get(name)

    others = [pool.submit(read) for _ in range(6)]
    gate.wait(THREAD_SECONDS)
    held.begun_again.wait(grace)
    held.released.set()
    return [end_of(each, "though AWS has answered") for each in (first, *others)]


@task("2.4")
def test_reads_of_other_names_and_labels_go_on(
    client: SecretsManagerClient,
    cache: Any,
    aws: Aws,
    pool: ThreadPoolExecutor,
    canary: Canary,
    name: str,
) -> None:
    """While AWS takes its time for one secret, all others are read as ever."""
    other, password, previous = new_name(), canary(), canary()
    create(client, name, previous)
    rotate(client, name, canary())
    create(client, other, password)
    held = aws.held[name, CURRENT] = Held()
    first = under_way(pool, held, partial(cache.get, name))

    for what in ("cold", "warm"):
        value = end_of(pool.submit(cache.get, other), f"to read a {what} secret of another name")
        expect(has(value, password), f"a read of a {what} secret of another name got {told(value)}")
    value = end_of(pool.submit(cache.get, name, PREVIOUS), "to read another label of the name")
    expect(has(value, previous), f"a read of another label of the name got {told(value)}")
    held.released.set()
    end_of(first, "though AWS has answered")


@task("2.4")
@pytest.mark.parametrize("answer", ["a value", "None"])
def test_a_thread_that_comes_a_moment_late_uses_the_new_answer(
    client: SecretsManagerClient,
    cache: Any,
    aws: Aws,
    clock: Clock,
    pool: ThreadPoolExecutor,
    canary: Canary,
    name: str,
    answer: str,
) -> None:
    """A thread that saw nothing fresh looks again before it asks: an answer may just have come."""
    if answer == "a value":
        create(client, name, canary())
    cache.get(name)
    clock.now += TTL

    def read_slowly() -> Any:
        clock.held_thread = threading.get_ident()
        return cache.get(name)

    late = pool.submit(read_slowly)
    late.add_done_callback(lambda _: clock.somebody_is_held.set())
    clock.somebody_is_held.wait(THREAD_SECONDS)
    prompt = pool.submit(cache.get, name)
    wait([prompt], 2 * GRACE)  # Where the late one holds a lock meanwhile, this one waits.
    clock.go_on.set()
    for each in (late, prompt):
        end_of(each, "though nothing holds it up")
    expect(
        aws.calls == 2,
        f"a thread looked, another was answered with {answer}, and the first asked AWS once more",
    )


# 2.5


def refused_for_good(cache: Any, aws: Aws, clock: Clock, name: str, what: str) -> None:
    """Expect that an outage does not bring back what AWS has refused."""
    clock.now += MISSING
    aws.fault = NO_CONNECTION
    for label in (CURRENT, PREVIOUS):
        error, ended = outcome(cache.get_or_stale, name, label)
        expect(
            met(error, aws.fault),
            f"{what}; then came an outage, and get_or_stale for {label} {ended}",
        )


@task("2.5")
def test_in_an_outage_the_last_known_value_is_served(
    exercise: Any,
    client: SecretsManagerClient,
    cache: Any,
    aws: Aws,
    clock: Clock,
    canary: Canary,
    name: str,
) -> None:
    """Without an answer, or with one that means "not now", a value that is known will do."""
    previous, current = canary(), canary()
    create(client, name, previous)
    rotate(client, name, current)
    empty = new_name()
    client.create_secret(Name=empty, SecretString="{}")
    cache.get_or_stale(empty)
    known = {CURRENT: current, PREVIOUS: previous}
    for label, password in known.items():
        end = got(cache.get_or_stale, name, label)
        expect(has(end, password), f"without an outage, a read of {label} ended in {told(end)}")
    rotate(client, name, canary())

    clock.now += TTL
    ends: dict[tuple[str, str], Any] = {}
    for fault in OUTAGES:
        aws.fault = fault
        for label, password in known.items():  # Remembered anew, if the last outage ended it.
            cache.remember(name, label, exercise.Answer({"password": password}, START))
            ends[name_of(fault), label] = got(cache.get_or_stale, name, label)
    expect(
        any(isinstance(end, Mapping) for end in ends.values()),
        f"of {len(OUTAGES)} outages, in none a value was served that was as old as the TTL",
    )
    for (outage, label), end in ends.items():
        expect(
            has(end, known[label]),
            f"where AWS answers {outage}, a read of {label} ended in {told(end)}, "
            "and not in the value known last",
        )
    end = got(cache.get_or_stale, empty)
    expect(holds(end, {}), f"in an outage, an empty object was not served, but {told(end)}")


@task("2.5")
def test_a_fresh_value_costs_no_call_and_the_end_of_an_outage_is_seen_at_once(
    client: SecretsManagerClient, cache: Any, aws: Aws, clock: Clock, canary: Canary, name: str
) -> None:
    """Old values are for outages alone: every read of one asks AWS first."""
    old, new = canary(), canary()
    create(client, name, old)
    for _ in range(5):
        cache.get_or_stale(name)
    expect(aws.calls == 1, f"five reads within the TTL made {aws.calls} calls")

    clock.now += TTL
    aws.fault = NO_CONNECTION
    for _ in range(2):
        cache.get_or_stale(name)
    expect(aws.calls == 3, f"two reads in an outage made {aws.calls - 1} attempts to ask AWS")
    rotate(client, name, new)
    aws.fault = None
    expect(
        has(cache.get_or_stale(name), new),
        "AWS answered again, and get_or_stale returned the value from before the outage",
    )


@task("2.5")
def test_a_value_that_is_too_old_is_not_served(
    exercise: Any,
    client: SecretsManagerClient,
    new_cache: NewCache,
    cache: Any,
    aws: Aws,
    clock: Clock,
    canary: Canary,
    name: str,
) -> None:
    """At the age of stale_seconds it ends, however often the value was served before."""
    password = canary()
    create(client, name, password)
    cache.get_or_stale(name)

    aws.fault = NO_CONNECTION
    for age in (TTL, STALE / 2, STALE - 0.5):
        clock.now = START + age
        end = got(cache.get_or_stale, name)
        expect(has(end, password), f"at the age of {age:.0f} of {STALE:.0f} seconds it was lost")
    for age in (10 * STALE, STALE + TTL / 2, STALE):
        never_served = new_name()
        cache.remember(
            never_served, CURRENT, exercise.Answer({"password": password}, clock.now - age)
        )
        error, ended = outcome(cache.get_or_stale, never_served)
        expect(
            met(error, aws.fault),
            f"at the age of {age:.0f} of {STALE:.0f} seconds, get_or_stale {ended}",
        )
    clock.now = START + STALE
    error, ended = outcome(cache.get_or_stale, name)
    expect(
        met(error, aws.fault),
        f"it had been served three times when it grew too old, and get_or_stale {ended}",
    )

    def take_seven_seconds() -> None:
        clock.now += 7

    aws.meanwhile = take_seven_seconds
    answer = exercise.Answer({"password": password}, clock.now - STALE + 1)
    cache.remember(other := new_name(), CURRENT, answer)
    error, ended = outcome(cache.get_or_stale, other)
    expect(
        met(error, aws.fault),
        f"it grew too old while AWS was being asked, and get_or_stale {ended}",
    )

    zero = new_cache(ttl_seconds=0, stale_seconds=0)
    zero.remember(name, CURRENT, exercise.Answer({"password": password}, clock.now))
    error, ended = outcome(zero.get_or_stale, name)
    expect(met(error, aws.fault), f"in an outage, with stale_seconds of 0, get_or_stale {ended}")
    aws.fault = None
    end = got(new_cache(stale_seconds=0).get_or_stale, name)
    expect(
        has(end, password),
        f"without an outage, with stale_seconds of 0, get_or_stale ended in {told(end)}",
    )


@task("2.5")
def test_without_a_known_value_the_outage_is_raised(
    exercise: Any, cache: Any, aws: Aws, clock: Clock, canary: Canary, name: str
) -> None:
    """An outage is never a missing secret, nor is None a value to get by with."""
    for fault in OUTAGES:
        aws.fault = fault
        error, ended = outcome(cache.get_or_stale, name)
        expect(met(error, fault), f"nothing was known, and get_or_stale {ended}")

    aws.fault = NO_CONNECTION
    for known, asked in ((CURRENT, PREVIOUS), (PREVIOUS, CURRENT)):
        other = new_name()
        cache.remember(other, known, exercise.Answer({"password": canary()}, clock.now))
        error, ended = outcome(cache.get_or_stale, other, asked)
        expect(
            met(error, aws.fault), f"only {known} was known, and for {asked} get_or_stale {ended}"
        )

    aws.fault = None
    end = got(cache.get_or_stale, name)
    expect(end is None, f"AWS says that there is no such secret, and get_or_stale gave {told(end)}")
    aws.fault = NO_CONNECTION
    clock.now += MISSING
    error, ended = outcome(cache.get_or_stale, name)
    expect(
        met(error, aws.fault),
        f"a secret had been missing a while ago, and in an outage get_or_stale {ended}",
    )


@task("2.5")
@pytest.mark.parametrize("method", ["get_or_stale", "get", "refresh"])
def test_what_aws_refuses_is_raised_and_never_comes_back(
    client: SecretsManagerClient,
    cache: Any,
    aws: Aws,
    clock: Clock,
    canary: Canary,
    method: str,
) -> None:
    """Who takes a permission away wants the secret unread; an outage must not undo that."""
    for refusal, refused in (
        ("AccessDeniedException", CURRENT),
        ("DecryptionFailure", PREVIOUS),
        (NO_OUTAGE, CURRENT),
        (NoCredentialsError(), CURRENT),
        (CredentialRetrievalError(provider="role", error_msg="expired"), CURRENT),
        (None, CURRENT),
    ):
        name = new_name()
        create(client, name, canary())
        rotate(client, name, canary())
        for label in (CURRENT, PREVIOUS):
            cache.get_or_stale(name, label)

        clock.now += TTL
        aws.fault = refusal
        what = name_of(refusal) if refusal else "SecretFormatError"
        if not refusal:
            client.put_secret_value(SecretId=name, SecretString=canary())
        error, ended = outcome(getattr(cache, method), name, refused)
        expect(code(error) == what, f"the read met {what}, and {method} {ended}")
        of_it = "" if refused == CURRENT else f" for {refused}"
        refused_for_good(cache, aws, clock, name, f"{method}() met {what}{of_it}")
        aws.fault = None


@task("2.5")
def test_what_is_deleted_never_comes_back(
    client: SecretsManagerClient, cache: Any, aws: Aws, clock: Clock, canary: Canary
) -> None:
    """A deleted secret is gone, scheduled for deletion or at once, and no outage revives it."""
    for force in (False, True):
        name = new_name()
        create(client, name, canary())
        cache.get_or_stale(name)
        clock.now += TTL
        if force:
            client.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)
            end = got(cache.get_or_stale, name)
            expect(end is None, f"for a secret that is deleted, get_or_stale gave {told(end)}")
        else:
            client.delete_secret(SecretId=name, RecoveryWindowInDays=7)
            error, ended = outcome(cache.get_or_stale, name)
            expect(
                code(error) == "InvalidRequestException",
                f"get_or_stale {ended} for a secret that is scheduled for deletion",
            )
        refused_for_good(cache, aws, clock, name, "the secret was deleted")
        aws.fault = None


# 2.6


@task("2.6")
def test_a_login_that_is_accepted_costs_nothing_and_needs_no_aws(
    exercise: Any,
    client: SecretsManagerClient,
    cache: Any,
    aws: Aws,
    clock: Clock,
    pauses: list[float],
    canary: Canary,
    name: str,
) -> None:
    """Nearly all logins are accepted: no pause, no call, and no outage of AWS stops them."""
    password = canary()
    create(client, name, password)
    database = Database(exercise, password)

    for _ in range(5):
        end = cache.log_in(name, database.connect)
        expect(end == "connected", f"log_in() returned {told(end)}, not what connect returned")
    expect(len(database.tried) == 5, f"five logins called connect {len(database.tried)} times")
    tried: list[object] = []
    end = cache.log_in(name, tried.append)
    expect(
        end is None and len(tried) == 1,
        f"connect returned None, was called {len(tried)} times, and log_in returned {told(end)}",
    )
    expect(aws.calls == 1, f"six logins made {aws.calls} calls of AWS")

    clock.now += TTL
    aws.fault = NO_CONNECTION
    end = got(cache.log_in, name, database.connect)
    expect(end == "connected", f"in an outage log_in ended in {told(end)}")
    expect(pauses == [], "there was a pause though no login was refused")


@task("2.6")
def test_a_refused_login_is_tried_again_with_what_is_current_after_the_pause(
    exercise: Any,
    client: SecretsManagerClient,
    new_cache: NewCache,
    aws: Aws,
    canary: Canary,
    name: str,
) -> None:
    """The value is fresh and wrong; a pause lets finishSecret happen, and then AWS is asked."""
    old, new = canary(), canary()
    asked_before_pauses: list[int] = []

    def finish_the_rotation(_: float) -> None:
        asked_before_pauses.append(aws.calls)
        rotate(client, name, new)

    cache = new_cache(sleep=finish_the_rotation)
    create(client, name, old)
    database = Database(exercise, old)
    cache.log_in(name, database.connect)
    database.accepted = new  # setSecret has happened, finishSecret has not.
    database.tried.clear()
    aws.asked.clear()

    error, ended = outcome(cache.log_in, name, database.connect)
    expect(
        len(database.tried) > 1, f"connect raised a kind of LoginRefusedError, and log_in {ended}"
    )
    expect(error is None, f"AWS had a value that the database accepts, and log_in {ended}")
    expect(asked_before_pauses[:1] != [1], "AWS was asked before the pause, not after it")
    expect(database.tried == [old, new], "the second try was not with what AWS had by then")
    expect(aws.calls == 1, f"one refused login made {aws.calls} calls of AWS")
    cache.log_in(name, database.connect)
    expect(
        database.tried == [old, new, new] and aws.calls == 1,
        "the new value was not remembered for the next login",
    )


@task("2.6")
def test_refused_logins_are_few_and_pauses_grow(
    exercise: Any,
    client: SecretsManagerClient,
    cache: Any,
    aws: Aws,
    pauses: list[float],
    canary: Canary,
    name: str,
) -> None:
    """Databases lock accounts that fail too often, and a rotation takes a moment to finish."""
    create(client, name, canary())
    for _ in range(5):
        database = Database(exercise, canary())
        pauses.clear()
        error, ended = outcome(cache.log_in, name, database.connect)
        expect(
            isinstance(error, exercise.LoginRefusedError),
            f"every login was refused, and log_in {ended}",
        )
        expect(error in database.refusals, "log_in() raised a refusal that connect did not raise")
        expect(error is database.refusals[-1], "log_in() raised an earlier refusal than the last")
        tries = len(database.tried)
        expect(tries == len(PAUSES) + 1, f"with four PAUSES, a login was tried {tries} times")
        expect(len(pauses) == len(PAUSES), f"between five tries there were {len(pauses)} pauses")
        for pause, whole in zip(pauses, PAUSES, strict=True):
            expect(pause <= whole, f"a pause took longer than the {whole} seconds of PAUSES")
            expect(pause >= whole / 2, f"a pause took less than half of the {whole} of PAUSES")

    expect(aws.calls == 21, f"one read and twenty pauses made {aws.calls} calls of AWS")


@task("2.6")
def test_pauses_are_drawn_from_the_whole_range(
    exercise: Any,
    client: SecretsManagerClient,
    new_cache: NewCache,
    clock: Clock,
    canary: Canary,
    name: str,
) -> None:
    """A fleet spreads over all the time between half of a pause and the whole of it."""
    create(client, name, canary())

    def drawn() -> list[list[float]]:
        """Return the pauses of fifty logins of a new program."""
        logins: list[list[float]] = []

        def another_thread_refreshes(pause: float) -> None:
            logins[-1].append(pause)
            shared.remember(name, CURRENT, exercise.Answer({"password": "old"}, clock.now))

        shared = new_cache(sleep=another_thread_refreshes)
        for _ in range(50):
            logins.append([])
            outcome(shared.log_in, name, Database(exercise, canary()).connect)
        return logins

    logins = drawn()
    for same_pause in zip(*logins, strict=False):
        expect(len(set(same_pause)) > 1, "fifty times the same pause was drawn")
    shares = [pause / whole for each in logins for pause, whole in zip(each, PAUSES, strict=False)]
    # Who draws from the whole range, be it in steps of a hundredth, always meets far more places.
    different = len({round(share, 6) for share in shares})
    expect(
        different > 10,
        f"{len(shares)} pauses were at only {different} places between half of a pause and all",
    )
    longest, shortest = max(shares), min(shares)  # Not every right draw is as likely everywhere.
    expect(
        longest > 0.9,
        f"the longest of {len(shares)} pauses took {longest:.0%} of what PAUSES says",
    )
    expect(
        shortest < 0.6,
        f"the shortest of {len(shares)} pauses took {shortest:.0%} of what PAUSES says",
    )
    expect(drawn() != logins, "two caches drew the very same pauses")


@task("2.6")
def test_what_is_not_about_the_password_is_raised_at_once(
    exercise: Any,
    client: SecretsManagerClient,
    cache: Any,
    aws: Aws,
    pauses: list[float],
    canary: Canary,
    name: str,
) -> None:
    """A database that is down will not come back for a new password."""
    create(client, name, canary())
    for refusals, what in enumerate(("no login was", "one login was")):
        tried: list[object] = []
        pauses.clear()
        aws.asked.clear()
        cache.forget(name)

        def connect(login: object, tried: list[object] = tried, refusals: int = refusals) -> None:
            tried.append(login)
            raise exercise.LoginRefusedError if len(tried) <= refusals else ConnectionRefusedError

        error, ended = outcome(cache.log_in, name, connect)

        expect(
            isinstance(error, ConnectionRefusedError),
            f"{what} refused, then connect raised ConnectionRefusedError, and log_in {ended}",
        )
        tries = len(tried)
        expect(tries == refusals + 1, f"{what} refused, and the login was tried {tries} times")
        made = len(pauses)
        expect(made == refusals, f"{what} refused, and the number of pauses was {made}")
        expect(
            aws.calls == refusals + 1, f"{what} refused, and the secret was read {aws.calls} times"
        )


def expect_missing(name: str, error: Exception | None, happened: str) -> None:
    """Expect the error that there is no secret of this name."""
    expect(isinstance(error, SecretError), happened)
    named = getattr(error, "secret_name", None)
    expect(same(named, name), "the error of log_in() does not name the missing secret")


@task("2.6")
def test_where_there_is_no_value_to_try_the_reason_is_raised(
    exercise: Any,
    client: SecretsManagerClient,
    cache: Any,
    aws: Aws,
    clock: Clock,
    canary: Canary,
    name: str,
) -> None:
    """Nobody logs in with None, and the database would refuse the same value again."""
    tried: list[object] = []
    missing = new_name()
    error, ended = outcome(cache.log_in, missing, tried.append)
    expect(tried == [], "connect() was called though there is no such secret")
    expect_missing(missing, error, f"there is no such secret, and log_in {ended}")
    empty = new_name()
    client.create_secret(Name=empty, SecretString="{}")
    error, ended = outcome(cache.log_in, empty, tried.append)
    expect(error is None, f"the secret exists, its value is an empty object, and log_in {ended}")

    create(client, name, canary())
    for number, which, fault in (
        (1, "first", NO_CONNECTION),
        (2, "second", NO_CONNECTION),
        (1, "first", "AccessDeniedException"),
    ):
        database = Database(exercise, canary())
        cache.refresh(name)
        aws.asked.clear()
        aws.meanwhile = partial(aws.fail_from, number, fault)
        error, ended = outcome(cache.log_in, name, database.connect)
        expect(met(error, fault), f"the {which} refresh met {name_of(fault)}, and log_in {ended}")
        tries = len(database.tried)
        expect(tries == number, f"the {which} refresh failed, and a login was tried {tries} times")
        aws.meanwhile, aws.fault = lambda: None, None
    refused_for_good(cache, aws, clock, name, "log_in() met AccessDeniedException")


@task("2.6")
def test_a_secret_that_is_deleted_in_a_pause_is_missing_after_it(
    exercise: Any, client: SecretsManagerClient, new_cache: NewCache, canary: Canary
) -> None:
    """A secret can be deleted in any pause, also in the last, and nobody logs in with None."""
    for pause in range(1, 1 + len(PAUSES)):
        name, tried = new_name(), list[object]()
        create(client, name, canary())

        def connect(login: object, tried: list[object] = tried) -> None:
            tried.append(login)
            raise exercise.LoginRefusedError

        def delete_in_time(
            _: float, name: str = name, tried: list[object] = tried, pause: int = pause
        ) -> None:
            if len(tried) == pause:
                client.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)

        error, ended = outcome(new_cache(sleep=delete_in_time).log_in, name, connect)

        deleted = f"a secret was deleted in pause {pause} of {len(PAUSES)}"
        expect(None not in tried, f"{deleted}, and connect was called with None")
        expect_missing(name, error, f"{deleted}, and log_in {ended}")


@task("2.6")
def test_what_aws_has_just_said_is_tried_though_nothing_is_ever_fresh(
    exercise: Any, client: SecretsManagerClient, new_cache: NewCache, canary: Canary, name: str
) -> None:
    """Without a cache, too, a login is tried with what AWS says, before a pause and after it."""
    new = canary()
    create(client, name, canary())

    cache = new_cache(sleep=lambda _: rotate(client, name, new), **NO_TIME)
    end = got(cache.log_in, name, Database(exercise, new).connect)

    expect(end == "connected", f"with a TTL of 0, a login was refused once, and got {told(end)}")


@task("2.6")
def test_a_refused_login_is_no_end_of_what_is_known(
    exercise: Any,
    client: SecretsManagerClient,
    new_cache: NewCache,
    aws: Aws,
    canary: Canary,
    name: str,
) -> None:
    """A database that refuses is no AWS that refuses: other threads may need the value yet."""
    previous, current = canary(), canary()
    create(client, name, previous)
    rotate(client, name, current)

    def lose_the_connection(_: float) -> None:
        aws.fault = NO_CONNECTION

    cache = new_cache(sleep=lose_the_connection)
    known = {PREVIOUS: previous, CURRENT: current}
    for label in known:
        cache.get_or_stale(name, label)
    outcome(cache.log_in, name, Database(exercise, canary()).connect)

    for label, password in known.items():
        end = got(cache.get_or_stale, name, label)
        expect(
            has(end, password),
            f"a login was refused, then came an outage, and for {label} get_or_stale ended in "
            f"{told(end)}",
        )


@task("2.6")
def test_what_another_thread_has_refreshed_is_not_asked_for_again(
    exercise: Any,
    client: SecretsManagerClient,
    new_cache: NewCache,
    aws: Aws,
    clock: Clock,
    canary: Canary,
) -> None:
    """A rotation hits all threads at once: what one of them has refreshed, the others try."""

    def calls_of_a_login(
        *, in_the_pause: bool, seconds: float, another: str = "", **options: Any
    ) -> tuple[int, int]:
        """Return how often AWS is asked, and connect, where another thread refreshes meanwhile."""
        name, new = new_name(), canary()
        create(client, name, canary())
        database = Database(exercise, new)

        def another_thread_refreshes() -> None:
            rotate(client, name, new)
            clock.now += seconds
            together([partial(shared.refresh, another or name)])

        def connect(login: Mapping[str, Any]) -> str:
            if not (in_the_pause or database.tried):
                another_thread_refreshes()
            return database.connect(login)

        def sleep(_: float) -> None:
            if in_the_pause and len(database.tried) == 1:
                another_thread_refreshes()

        shared = new_cache(sleep=sleep, **options)
        aws.asked.clear()
        outcome(shared.log_in, name, connect)
        return aws.calls, len(database.tried)

    for when, wanted, how in (  # Its first read is one of the calls, and another's refresh one.
        ("while a thread paused", 2, {"in_the_pause": True, "seconds": 1}),
        ("while connect was at it", 2, {"in_the_pause": False, "seconds": 1}),
        ("at the same reading of the clock", 2, {"in_the_pause": True, "seconds": 0}),
        ("with a TTL of 0", 2, {"in_the_pause": True, "seconds": 1, **NO_TIME}),
        ("another secret", 3, {"in_the_pause": True, "seconds": 1, "another": new_name()}),
    ):
        calls, tries = calls_of_a_login(**how)
        again = f"another thread refreshed {when}, and the refused value was tried again"
        expect(tries <= 2, again)
        expect(
            calls == wanted,
            f"another thread refreshed {when}; with the first read and that one these are "
            f"{wanted} calls, and the number made was {calls}",
        )


@task("2.6")
def test_threads_that_wake_together_share_one_call(
    exercise: Any,
    client: SecretsManagerClient,
    new_cache: NewCache,
    aws: Aws,
    pool: ThreadPoolExecutor,
    canary: Canary,
    name: str,
) -> None:
    """Threads that were refused together wake at about the same time, and want the same of AWS."""
    woken = threading.Semaphore(0)
    cache = new_cache(sleep=lambda _: woken.release())
    create(client, name, canary())
    cache.get(name)
    database = Database(exercise, canary())
    rotate(client, name, database.accepted)
    aws.asked.clear()

    tries, gate = itertools.count(), threading.Barrier(7)  # All are refused before one asks AWS.

    def connect(login: Mapping[str, Any]) -> list[str]:
        if next(tries) < gate.parties:
            with suppress(threading.BrokenBarrierError):
                gate.wait(THREAD_SECONDS / 4)
        return [database.connect(login)]

    log_in = partial(cache.log_in, name, connect)
    held = aws.held[name, CURRENT] = Held()
    others = [pool.submit(log_in) for _ in range(gate.parties - 1)]
    logins = [under_way(pool, held, log_in), *others]
    paused = all(woken.acquire(timeout=THREAD_SECONDS) for _ in logins)
    held.begun_again.wait(GRACE)
    held.released.set()

    connections = [end_of(login, "though AWS has answered") for login in logins]
    expect(
        len({id(each) for each in connections}) == len(logins),
        "two threads that logged in were given one connection",
    )
    expect(aws.calls == 1, f"seven threads that woke together made {aws.calls} calls of AWS")
    happened = "a thread did not pause before another one, refused too, had its answer from AWS"
    expect(paused, happened)


@task("2.6")
def test_what_another_thread_has_refreshed_is_tried_even_if_it_is_the_same(
    exercise: Any,
    client: SecretsManagerClient,
    new_cache: NewCache,
    aws: Aws,
    clock: Clock,
    canary: Canary,
    name: str,
) -> None:
    """Until finishSecret each refresh brings the refused value: a call of one is one for all."""

    def another_thread_refreshes(_: float) -> None:
        clock.now += 1
        together([partial(shared.refresh, name)])

    shared = new_cache(sleep=another_thread_refreshes)
    create(client, name, canary())
    database = Database(exercise, canary())

    with suppress(exercise.LoginRefusedError):
        shared.log_in(name, database.connect)

    expect(
        aws.calls == 1 + len(PAUSES),
        f"in each of four pauses another thread asked AWS; with the first read that is all there "
        f"is to ask, and {aws.calls} calls were made in place of five",
    )
    client.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)
    aws.asked.clear()
    outcome(shared.log_in, name, database.connect)
    expect(
        aws.calls == 1,
        f"in the pause another thread heard that there is no such secret any more, and AWS was "
        f"asked {aws.calls} times",
    )


@task("2.6")
def test_a_refused_login_does_not_wait_for_the_refresh_of_another_secret(
    exercise: Any,
    client: SecretsManagerClient,
    cache: Any,
    aws: Aws,
    canary: Canary,
    pool: ThreadPoolExecutor,
) -> None:
    """Two secrets that rotate at once are two refreshes, and neither waits for the other."""
    slow, quick = new_name(), new_name()
    databases = {}
    for name in (slow, quick):
        password, rotated = canary(), canary()
        create(client, name, password)
        databases[name] = Database(exercise, password)
        cache.log_in(name, databases[name].connect)
        rotate(client, name, rotated)
        databases[name].accepted = rotated
    held = aws.held[slow, CURRENT] = Held()
    waiting = under_way(pool, held, lambda: cache.log_in(slow, databases[slow].connect))

    other = pool.submit(got, cache.log_in, quick, databases[quick].connect)

    end_of(other, "a refused login waits while another secret is refreshed")
    held.released.set()
    end_of(waiting, "a refused login waits though its secret was refreshed")


# 2.7


def batches(aws: Aws) -> list[list[str]]:
    """Return the names of each BatchGetSecretValue."""
    asked = [asked for operation, asked in aws.asked if operation == "BatchGetSecretValue"]
    return [each.get("SecretIdList", []) for each in asked]


def expect_cold(end: Any, wanted: list[str], happened: str) -> None:
    """Expect these names from warm_up, in their order."""
    same_names = isinstance(end, list) and sorted(end, key=repr) == sorted(wanted, key=repr)
    in_order = not same_names or end == wanted
    expect(in_order, "the cold names that warm_up returned are not in the order they were given in")
    expect(same(end, wanted), happened)


@task("2.7")
def test_warm_up_reads_twenty_secrets_a_call(
    client: SecretsManagerClient, new_cache: NewCache, cache: Any, aws: Aws, canary: Canary
) -> None:
    """AWS takes 20 names a call: 21 secrets are two calls, and warm from then on."""
    passwords = {new_name(): canary() for _ in range(21)}
    for name, password in passwords.items():
        create(client, name, password)

    def answer_in_another_order(parsed: dict[str, Any], **_: Any) -> None:
        parsed.get("SecretValues", []).reverse()

    client.meta.events.register("after-call.secretsmanager", answer_in_another_order)
    end = cache.warm_up(iter(passwords))

    sizes = [len(batch) for batch in batches(aws)]
    expect(max(sizes, default=0) <= 20, f"a call asked for {max(sizes, default=0)} names")
    expect(aws.calls == 2, f"21 secrets took {aws.calls} calls in place of two")
    asked = [name for batch in batches(aws) for name in batch]
    expect(sorted(asked) == sorted(passwords), f"two calls named {len(asked)} of 21 secrets")
    expect(same(end, []), f"all 21 secrets exist, and warm_up ended in {told(end)}")
    for name, password in passwords.items():
        value = kept(cache, name)
        expect(has(value, password), f"recall() has {told(value)} for a name, not its own value")

    missing = [new_name() for _ in range(21)]
    end = got(cache.warm_up, missing)
    expect_cold(end, missing, f"none of 21 secrets exists, and warm_up ended in {told(end)}")
    end = got(new_cache(**NO_TIME).warm_up, passwords)
    expect(
        same(end, []), f"with a TTL of 0, 21 secrets were read, and warm_up ended in {told(end)}"
    )


@task("2.7")
def test_a_name_without_a_usable_value_stays_cold_and_spoils_no_other(
    client: SecretsManagerClient, cache: Any, canary: Canary
) -> None:
    """A batch succeeds though single names fail: these are returned, and nothing is made up."""
    missing, deleted, text, binary, listed, deep, unsaid = [new_name() for _ in range(7)]
    long, empty = new_name(), new_name()
    usable = [new_name(), new_name()]
    passwords = {each: canary() for each in (*usable, deleted, unsaid)}
    for each, password in passwords.items():
        create(client, each, password)
    client.delete_secret(SecretId=deleted, RecoveryWindowInDays=7)
    client.create_secret(Name=text, SecretString=canary())
    client.create_secret(Name=binary, SecretBinary=canary().encode())
    client.create_secret(Name=empty, SecretString="{}")
    client.create_secret(Name=listed, SecretString=json.dumps([canary()]))
    client.create_secret(Name=deep, SecretString=TOO_DEEP)
    client.create_secret(Name=long, SecretString=TOO_LONG)

    def lose_one(parsed: dict[str, Any], **_: Any) -> None:
        found = parsed["SecretValues"]
        parsed["SecretValues"] = [entry for entry in found if entry["Name"] != unsaid]

    client.meta.events.register("after-call.secretsmanager.BatchGetSecretValue", lose_one)
    unusable = [text, deleted, binary, unsaid, missing, listed, deep, long]
    cold = got(cache.warm_up, iter([usable[0], *unusable, empty, *usable, text]))

    expect(isinstance(cold, list), f"some names are unusable, and warm_up ended in {told(cold)}")
    for each in usable:
        expect(has(kept(cache, each), passwords[each]), "a secret with a usable value is not warm")
    expect(holds(kept(cache, empty), {}), "a secret whose value is an empty object is not warm")
    kinds = {
        "is no JSON": text,
        "is scheduled for deletion": deleted,
        "is binary": binary,
        "AWS says nothing of": unsaid,
        "does not exist": missing,
        "is JSON, but no object": listed,
        "is nested beyond measure": deep,
        "is a number beyond measure": long,
    }
    for kind, each in kinds.items():
        what = f"a secret that {kind}"
        expect(each in cold, f"warm_up() did not return {what} as cold")
        expect(cache.recall(each, CURRENT) is None, f"an answer was remembered for {what}")
    expect_cold(
        cold, unusable, "the cold names that warm_up returned are not once each, or too many"
    )


@task("2.7")
def test_a_warm_value_is_shareable_and_as_old_as_its_question(
    client: SecretsManagerClient, cache: Any, aws: Aws, clock: Clock, canary: Canary, name: str
) -> None:
    """What a batch brings is kept as what refresh brings: read-only, silent, aged from its call."""
    wanted = nested(canary)
    names = [name, *(new_name() for _ in range(20))]
    for each in names:
        client.create_secret(Name=each, SecretString=json.dumps(wanted))

    def take_seven_seconds() -> None:
        clock.now += 7

    aws.meanwhile = take_seven_seconds
    cache.warm_up(names)

    expect_shareable(kept(cache, name), wanted, "what warm_up remembered")
    ages = [getattr(cache.recall(each, CURRENT), "asked_at", 0.0) for each in names]
    expect(
        min(ages) == START,
        "a call took seven seconds, and its answers are remembered as if it had taken none",
    )
    expect(
        max(ages) == START + 7,
        "the second call was made seven seconds later, and its answers do not say so",
    )


@task("2.7")
def test_a_slow_batch_does_not_replace_what_was_asked_for_later(
    client: SecretsManagerClient, cache: Any, aws: Aws, clock: Clock, canary: Canary, name: str
) -> None:
    """A refresh may come back while a batch is under way: of two answers the later one stays."""
    create(client, name, canary())

    def refresh_in_another_thread() -> None:
        aws.meanwhile = lambda: None
        clock.now += 7
        cache.refresh(name)

    aws.meanwhile = refresh_in_another_thread
    cold = cache.warm_up([name])

    asked_at = getattr(cache.recall(name, CURRENT), "asked_at", None)
    expect(asked_at == START + 7, "an answer was replaced by that of a batch asked for before it")
    expect(same(cold, []), "a name was returned as cold though an answer to it is fresh")


@task("2.7")
def test_warm_up_asks_for_what_is_not_fresh_and_for_nothing_twice(
    exercise: Any, client: SecretsManagerClient, cache: Any, aws: Aws, clock: Clock, canary: Canary
) -> None:
    """Every call costs: fresh secrets are not asked for again, and an empty list is no call."""
    names = [new_name() for _ in range(3)]
    for name in names:
        create(client, name, canary())

    cache.warm_up([names[0], names[0], names[1]])
    expect(
        [sorted(batch) for batch in batches(aws)] == [sorted(names[:2])],
        "two names were given, one of them twice, and not asked for once each",
    )
    for what, again in (("only fresh secrets", names[:2]), ("no name", [])):
        end = got(cache.warm_up, again)
        expect(same(end, []), f"given {what}, warm_up ended in {told(end)}, not an empty list")
        expect(aws.calls == 1, f"there was a call, given {what}")

    cache.warm_up(names)
    expect(batches(aws)[1:] == [names[2:]], "with one cold secret, fresh ones were asked for, too")
    clock.now += TTL
    cache.warm_up(names)
    expect(
        [sorted(batch) for batch in batches(aws)[2:]] == [sorted(names)],
        "secrets whose TTL had passed were not asked for in one call",
    )
    missing = new_name()
    cache.remember(missing, CURRENT, exercise.Answer(None, clock.now))
    expect(
        same(cache.warm_up([missing]), []) and aws.calls == 3,
        "a name was asked for, or returned as cold, with the fresh answer that there is none",
    )


@task("2.7")
def test_a_batch_that_fails_is_raised_and_earlier_ones_stay_warm(
    exercise: Any, client: SecretsManagerClient, cache: Any, aws: Aws, clock: Clock, canary: Canary
) -> None:
    """Access denied for a whole batch is no list of cold names; what was read before is kept."""
    names, password = [new_name() for _ in range(21)], canary()
    for name in names:
        create(client, name, password)
        cache.remember(name, CURRENT, exercise.Answer({"password": password}, clock.now))
    clock.now += TTL

    def deny_the_second() -> None:
        aws.fault = "AccessDeniedException" if len(batches(aws)) > 1 else None

    aws.meanwhile = deny_the_second
    error, ended = outcome(cache.warm_up, names)

    expect(
        code(error) == "AccessDeniedException",
        f"the second batch was denied, and warm_up {ended}",
    )
    first, denied, *_ = batches(aws)
    warm = [name for name in names if has(kept(cache, name), password)]
    expect(
        sorted(warm) == sorted(first),
        f"the first batch brought {len(first)} secrets, and {len(warm)} are warm",
    )
    aws.meanwhile, aws.fault = lambda: None, NO_CONNECTION
    end = got(cache.get_or_stale, denied[0])
    expect(
        has(end, password),
        f"a whole batch was denied, then came an outage; for a value known before there was "
        f"{told(end)}",
    )
    for fault in (NO_CONNECTION, "ThrottlingException"):
        aws.fault = fault
        error, ended = outcome(cache.warm_up, denied)
        expect(met(error, fault), f"a whole batch met {name_of(fault)}, and warm_up {ended}")


@task("2.7")
def test_a_name_that_a_batch_reports_as_refused_is_forgotten(
    exercise: Any, client: SecretsManagerClient, cache: Any, aws: Aws, clock: Clock, canary: Canary
) -> None:
    """AWS refuses a name inside a batch as it does outside: no later outage brings it back."""
    refused = ("AccessDeniedException", "DecryptionFailure", "ResourceNotFoundException")
    outages = [fault for fault in reversed(OUTAGES) if isinstance(fault, str)]
    codes = {new_name(): each for each in (*refused, "InvalidRequestException", *outages)}
    password = canary()
    for name in codes:
        for label in (CURRENT, PREVIOUS):
            cache.remember(name, label, exercise.Answer({"password": password}, clock.now))
    clock.now += TTL

    def report_errors(parsed: dict[str, Any], **_: Any) -> None:
        parsed.pop("SecretValues", None)
        parsed["Errors"] = [
            {"SecretId": name, "ErrorCode": code, "Message": ""} for name, code in codes.items()
        ]

    client.meta.events.register("after-call.secretsmanager.BatchGetSecretValue", report_errors)
    cold = cache.warm_up(codes)
    expect_cold(cold, [*codes], "names with an error were not returned as cold")

    aws.fault = NO_CONNECTION
    for name, reported in codes.items():
        for label in (CURRENT, PREVIOUS):
            what = f"a batch reported {reported}; then came an outage, and for {label} get_or_stale"
            if reported in outages:
                end = got(cache.get_or_stale, name, label)
                expect(has(end, password), f"{what} ended in {told(end)}")
            else:
                error, ended = outcome(cache.get_or_stale, name, label)
                expect(met(error, aws.fault), f"{what} {ended}")
