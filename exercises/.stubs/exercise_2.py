"""Exercise 2: a caching layer that sleeps through bad nights.

The web shop logs in to its database with a secret, and reads it for every request.
A cache made that cheap. Then came three bad nights: an outage of AWS, in which every request
failed although the login had been known a minute before; a rotation, after which every login was
refused until the TTL had passed; and a restart, at which fifty programs read thirty secrets one
by one. Build the cache that would have slept through all three.

It is one class, method by method, and each task has checks of its own:

2.1  remember, recall, forget: answers in memory, and how long they are fresh
2.2  refresh: ask AWS, and keep what many can share and nobody can change
2.3  once: one call for all threads that want the same, while others go on
2.4  get: put together, hits without calls and misses without a stampede
2.5  get_or_stale: the last known value in an outage, for a bounded time
2.6  log_in: when the database refuses a login, pause, refresh, try again
2.7  warm_up: thirty secrets in two calls

Add to `__init__` whatever your methods need. `get_secret` of the client may be used.

    make test-2    judges it
    make hint-2    helps with the first task that is not done
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.exceptions import ConnectionError as NoConnectionError
from botocore.exceptions import HTTPClientError

from secrets_manager import AWSCURRENT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from mypy_boto3_secretsmanager import SecretsManagerClient

T = TypeVar("T")

# An outage is no answer, as botocore raises it, or an answer that means "not now".
# https://docs.aws.amazon.com/secretsmanager/latest/apireference/CommonErrors.html
NO_ANSWER = (NoConnectionError, HTTPClientError)
OUTAGE_CODES = frozenset(
    {"InternalFailure", "InternalServiceError", "ServiceUnavailable", "ThrottlingException"}
)

PAUSES = (0.1, 0.2, 0.4, 0.8)  # Seconds.

# https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_BatchGetSecretValue.html
BATCH_SIZE = 20


class LoginRefusedError(Exception):
    """What `connect` raises where the database refuses the login, and for nothing else."""


@dataclass(frozen=True)
class Answer:
    """What AWS said: the value of a version, or None where there is no such secret or version."""

    value: Mapping[str, Any] | None = field(repr=False)
    asked_at: float  # Seconds on the cache's clock, read before AWS was asked.


class SecretCache:
    """Secrets in memory, by name and staging label, for all threads of a program.

    An answer's age is the seconds that *clock* has counted since `asked_at`. *clock* never goes
    back, which a wall clock may do, but two readings of it may be equal. *sleep* waits for a
    number of seconds.
    Values are fresh while younger than *ttl_seconds*, and may be served in an outage while
    younger than *stale_seconds*; None is fresh while younger than *missing_seconds*. Each of the
    three may be 0: what AWS has just said is returned and tried all the same.
    Two caches share nothing: their clients may be of different accounts.
    """

    def __init__(
        self,
        client: SecretsManagerClient,
        *,
        ttl_seconds: float = 300,
        missing_seconds: float = 10,
        stale_seconds: float = 3600,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = client
        self._ttl_seconds = ttl_seconds
        self._missing_seconds = missing_seconds
        self._stale_seconds = stale_seconds
        self._clock = clock
        self._sleep = sleep
        # Your own attributes go here.

    def remember(self, name: str, version_stage: str, answer: Answer) -> None:
        """Keep an answer under this name and staging label, however many others are kept.

        Threads come back in any order: of two answers, the one that was asked for later stays,
        and of two that were asked for at the same reading of the clock, the one that comes last
        stays.
        """
        raise NotImplementedError

    def recall(self, name: str, version_stage: str) -> Answer | None:
        """Return the answer kept under this name and staging label, or None if none is fresh.

        An answer whose value is None is an answer, too: it says that there is no such secret.
        It is fresh for *missing_seconds*, any other for *ttl_seconds*; at that age it no longer is.
        AWS is not asked.
        """
        raise NotImplementedError

    def forget(self, name: str) -> None:
        """Drop what is kept of this secret under all labels, and nothing of any other."""
        raise NotImplementedError

    def refresh(self, name: str, version_stage: str = AWSCURRENT) -> Mapping[str, Any] | None:
        """Ask AWS whatever is kept, remember the answer, and return its value.

        The answer is as old as the question: `asked_at` is read before the call, one
        GetSecretValue for this label. None, for no such secret or version, is remembered, too.

        The value is a Mapping, equal to the secret's JSON object, with any Sequence for an array.
        All threads share it: what can be done to a dict or a list does not change it, at any
        depth, and neither its `repr` nor that of an object or array inside it shows a value.

        An error passes through and is never remembered: AWS is asked again by the next call.
        No error holds a part of the value: not in its text, nor in its causes, nor in a local
        variable of a function that it passed through.
        (Task 2.5 adds what an error makes the cache forget.)

        https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html

        Raises:
            SecretFormatError: The value is binary, or not a JSON object, or nested too deeply or
                with a number too long to be read.
            ClientError: AWS refused for any reason other than a missing secret or version.
        """
        raise NotImplementedError

    def once(self, key: tuple[str, str], call: Callable[[], T]) -> T:
        """Return what *call* returns, run once for all threads that come while it runs.

        A thread that comes while another's call for the same key is running does not run its own:
        it waits, and has the same result, None included, or the very error that was raised.
        Threads with other keys run theirs meanwhile, however many they are.
        When a call has ended, in whatever way (KeyboardInterrupt is no Exception), nothing of it
        is kept: nobody waits any more, and the next thread runs its own call.
        """
        raise NotImplementedError

    def get(self, name: str, version_stage: str = AWSCURRENT) -> Mapping[str, Any] | None:
        """Return the fresh value from memory, else what AWS says now; None where there is none.

        A fresh answer, None included, costs no call. However many threads miss together, AWS is
        asked once: also a thread that looked just before another's answer came in uses that one.
        Who reads another name or label does not wait for them.
        An error reaches those who waited for it; the next read asks again.

        Raises:
            SecretFormatError: The value is one that `refresh` raises this error for.
            ClientError: AWS refused for any reason other than a missing secret or version.
        """
        raise NotImplementedError

    def get_or_stale(self, name: str, version_stage: str = AWSCURRENT) -> Mapping[str, Any] | None:
        """Return what `get` returns; in an outage, the last known value if it is not too old.

        An outage is an error of a type in NO_ANSWER, or a ClientError with a code in OUTAGE_CODES.
        In an outage the value is served while younger than *stale_seconds*; serving it does not
        make it younger, and every read asks AWS first, so that the end of the outage is seen.
        None is not served: it may have been created since.

        Any other error is raised, and is the end of what is known: whichever method met it, it
        makes the cache forget the secret under all labels. AWS has refused or deleted it, and
        no later outage brings it back.

        Raises:
            SecretFormatError: The value is one that `refresh` raises this error for.
            ClientError: AWS refused, or there is an outage and no value to serve.
            BotoCoreError: There is no answer and no value to serve.
        """
        raise NotImplementedError

    def log_in(self, name: str, connect: Callable[[Mapping[str, Any]], T]) -> T:
        """Return what *connect* returns for the secret's value, which a rotation may have replaced.

        The first value is that of `get_or_stale`. Where *connect* raises LoginRefusedError, pause,
        and try again with what is current after the pause; once for each of PAUSES, then the last
        refusal itself is raised. A pause is drawn at random, anywhere between half of what PAUSES
        says and all of it, so that the programs of a whole fleet do not come back in step.
        After a pause AWS is asked once, however fresh the refused value is; but not at all where
        another thread has refreshed the secret since *connect* was given that value: then what
        that one got is tried, even if it is the same value, and even if *ttl_seconds* is 0.
        Threads that wake while one of them asks share its call. Where this call fails its error
        is raised, as there is nothing new to try.
        A refused login makes the cache forget nothing: it is no answer of AWS, and an outage may
        come next.
        Any other error of *connect* is not about the password: it is raised at once.

        Raises:
            LoginRefusedError: The database refused every value.
            SecretError: There is no such secret; *connect* is not called with None.
            ClientError: AWS refused, or there is an outage and no value to try.
            BotoCoreError: There is no answer and no value to try.
        """
        raise NotImplementedError

    def warm_up(self, names: Iterable[str]) -> list[str]:
        """Read the AWSCURRENT of these names by BatchGetSecretValue; return those that stay cold.

        *names* are names, not ARNs; the cold ones are returned in their order, each once.
        A call asks for up to BATCH_SIZE names, each once, and only for those without a fresh
        answer, None included; where there are none, there is no call, and none is cold. Values
        are kept as `refresh` keeps them.
        A name stays cold where AWS reports an error for it, sends nothing for it, or sends what
        `refresh` would raise SecretFormatError for: nothing is remembered for it, and it spoils
        no other. An answer of AWS may leave out SecretValues, Errors, or both.
        An error reported for a name, other than OUTAGE_CODES, makes the cache forget that secret,
        as in `get_or_stale`. An error of a whole call says nothing of single secrets: it is
        raised, and earlier batches stay warm.

        Raises:
            ClientError: AWS refused a whole batch.
        """
        raise NotImplementedError
