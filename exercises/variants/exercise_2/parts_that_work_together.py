"""Four small classes, and a cache that only puts them together.

Threads that wait for a call are each handed its end through a queue of their own.
"""

import json
import queue
import random
import threading
from functools import partial

from botocore.exceptions import BotoCoreError, ClientError

from secrets_manager import SecretError, get_secret
from secrets_manager.values import read_only


class Memory:
    """Answers in a dict that is never changed, only replaced: readers need no lock."""

    def __init__(self):
        self._answers = {}
        self._writing = threading.Lock()

    def find(self, name, version_stage):
        return self._answers.get((name, version_stage))

    def keep(self, name, version_stage, answer):
        with self._writing:
            before = self.find(name, version_stage)
            if before is None or answer.asked_at >= before.asked_at:
                self._answers = {**self._answers, (name, version_stage): answer}

    def drop(self, name):
        with self._writing:
            self._answers = {key: each for key, each in self._answers.items() if key[0] != name}


class Lifetimes:
    """How long answers are believed, in seconds."""

    def __init__(self, clock, ttl_seconds, missing_seconds, stale_seconds):
        self._clock, self._stale_seconds = clock, stale_seconds
        self._seconds = {True: missing_seconds, False: ttl_seconds}

    def age(self, answer):
        return self._clock() - answer.asked_at

    def fresh(self, answer):
        return answer is not None and self.age(answer) < self._seconds[answer.value is None]

    def servable(self, answer):
        if answer is None or answer.value is None:
            return False
        return self.age(answer) < self._stale_seconds


class Callers:
    """Who waits for which call."""

    def __init__(self):
        self._lock = threading.Lock()
        self._waiting = {}

    def call(self, key, function):
        mailbox = queue.SimpleQueue()
        with self._lock:
            first = key not in self._waiting
            self._waiting.setdefault(key, []).append(mailbox)
        if first:
            self._run(key, function)
        raised, end = mailbox.get()
        if raised:
            raise end
        return end

    def _run(self, key, function):
        try:
            end = (False, function())
        except BaseException as error:
            end = (True, error)
        with self._lock:
            waiting = self._waiting.pop(key)
        for mailbox in waiting:
            mailbox.put(end)


class Triage:
    """What an error says of the secret."""

    @staticmethod
    def outage(error):
        if isinstance(error, ClientError):
            return error.response["Error"]["Code"] in OUTAGE_CODES
        return isinstance(error, NO_ANSWER)


class SecretCache(SecretCache):
    def __init__(
        self,
        client,
        *,
        ttl_seconds=300,
        missing_seconds=10,
        stale_seconds=3600,
        clock=time.monotonic,
        sleep=time.sleep,
    ):
        self._client, self._clock, self._sleep = client, clock, sleep
        self._memory, self._callers = Memory(), Callers()
        self._lifetimes = Lifetimes(clock, ttl_seconds, missing_seconds, stale_seconds)

    def remember(self, name, version_stage, answer):
        self._memory.keep(name, version_stage, answer)

    def recall(self, name, version_stage):
        answer = self._memory.find(name, version_stage)
        return answer if self._lifetimes.fresh(answer) else None

    def forget(self, name):
        self._memory.drop(name)

    def refresh(self, name, version_stage=AWSCURRENT):
        asked_at = self._clock()
        try:
            value = get_secret(self._client, name, version_stage)
        except (ClientError, BotoCoreError, SecretError) as error:
            if not Triage.outage(error):
                self.forget(name)
            raise
        self.remember(name, version_stage, Answer(value, asked_at))
        return value

    def once(self, key, call):
        return self._callers.call(key, call)

    def get(self, name, version_stage=AWSCURRENT):
        if answer := self.recall(name, version_stage):
            return answer.value
        return self._kept_or_asked(partial(self.recall, name, version_stage), name, version_stage)

    def _kept_or_asked(self, look, name, version_stage):
        """Return the value that *look* finds when its turn has come, else what AWS says."""

        def look_or_ask():
            answer = look()
            return answer.value if answer else self.refresh(name, version_stage)

        return self.once((name, version_stage), look_or_ask)

    def get_or_stale(self, name, version_stage=AWSCURRENT):
        try:
            return self.get(name, version_stage)
        except (ClientError, BotoCoreError) as error:
            answer = self._memory.find(name, version_stage)
            if Triage.outage(error) and self._lifetimes.servable(answer):
                return answer.value
            raise

    def log_in(self, name, connect):
        return self._try(name, connect, self.get_or_stale(name), PAUSES)

    def _try(self, name, connect, value, pauses):
        if value is None:
            raise SecretError(name, "there is no such secret")
        try:
            return connect(value)
        except LoginRefusedError:
            if not pauses:
                raise
        self._sleep(random.uniform(0.5, 1) * pauses[0])
        look = partial(self._other_than, value, name)
        value = self._kept_or_asked(look, name, AWSCURRENT)
        return self._try(name, connect, value, pauses[1:])

    def _other_than(self, refused, name):
        answer = self._memory.find(name, AWSCURRENT)
        return None if answer is None or answer.value is refused else answer

    def warm_up(self, names):
        wanted = [name for name in dict.fromkeys(names) if not self.recall(name, AWSCURRENT)]
        batches = [wanted[at : at + BATCH_SIZE] for at in range(0, len(wanted), BATCH_SIZE)]
        warm = {name for batch in batches for name in self._read(batch)}
        return [name for name in wanted if name not in warm]

    def _read(self, batch):
        asked_at = self._clock()
        page = self._client.batch_get_secret_value(SecretIdList=batch)
        for error in page.get("Errors", []):
            if error["ErrorCode"] not in OUTAGE_CODES:
                self.forget(error["SecretId"])
        texts = {entry["Name"]: entry.get("SecretString") for entry in page.get("SecretValues", [])}
        values = {name: self._object(text) for name, text in texts.items()}
        for name, value in values.items():
            if value is not None:
                self.remember(name, AWSCURRENT, Answer(value, asked_at))
                yield name

    @staticmethod
    def _object(text):
        try:
            value = json.loads(text or "null")
        except (ValueError, RecursionError):
            return None
        return read_only(value) if isinstance(value, dict) else None
