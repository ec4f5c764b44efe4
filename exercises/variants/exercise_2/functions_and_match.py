"""Functions and dicts, no helper class: a lock for each key, pattern matching, and generators.

What a thread shares with those that wait for it is a dict that is filled before they are let go.
"""

import itertools
import json
import random
import threading

from botocore.exceptions import ClientError

from secrets_manager import SecretError, get_secret
from secrets_manager.values import read_only


def lifetime(answer, ttl_seconds, missing_seconds):
    match answer.value:
        case None:
            return missing_seconds
        case _:
            return ttl_seconds


def later(*answers):
    return max(filter(None, answers), key=lambda answer: answer.asked_at)


def is_outage(error):
    match error:
        case ClientError(response={"Error": {"Code": code}}):
            return code in OUTAGE_CODES
        case _:
            return isinstance(error, NO_ANSWER)


def object_in(entry):
    """Return the JSON object in an entry of a batch, or None."""
    match entry:
        case {"SecretString": str(text)}:
            try:
                value = read_only(json.loads(text))
            except (ValueError, RecursionError):
                return None
            return value if isinstance(value, dict) else None
        case _:
            return None


def in_pieces(items, size):
    items = iter(items)
    while piece := list(itertools.islice(items, size)):
        yield piece


def jittered(pauses):
    return (pause * random.uniform(0.5, 1.0) for pause in pauses)


class SecretCache(SecretCache):
    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self._memory = {}
        self._shared = {}
        self._guard = threading.RLock()

    def remember(self, name, version_stage, answer):
        with self._guard:
            key = name, version_stage
            self._memory[key] = later(answer, self._memory.get(key))

    def recall(self, name, version_stage):
        match self._memory.get((name, version_stage)):
            case None:
                return None
            case answer:
                limit = lifetime(answer, self._ttl_seconds, self._missing_seconds)
                return answer if self._clock() - answer.asked_at < limit else None

    def forget(self, name):
        with self._guard:
            for key in [key for key in self._memory if key[0] == name]:
                self._memory.pop(key)

    def refresh(self, name, version_stage=AWSCURRENT):
        asked_at = self._clock()
        try:
            value = get_secret(self._client, name, version_stage)
        except Exception as error:
            if is_outage(error):
                raise
            self.forget(name)
            raise
        else:
            self.remember(name, version_stage, Answer(value, asked_at))
            return value

    def once(self, key, call):
        mine = {"over": threading.Lock()}
        mine["over"].acquire()
        with self._guard:
            theirs = self._shared.setdefault(key, mine)
        if theirs is not mine:
            with theirs["over"]:
                pass
        else:
            try:
                mine["result"] = call()
            except BaseException as error:
                mine["error"] = error
            finally:
                with self._guard:
                    self._shared.pop(key)
                mine["over"].release()
        match theirs:
            case {"error": error}:
                raise error
            case {"result": result}:
                return result

    def get(self, name, version_stage=AWSCURRENT):
        def look(or_else):
            match self.recall(name, version_stage):
                case Answer(value=value):
                    return value
                case _:
                    return or_else()

        def refresh():
            return self.refresh(name, version_stage)

        return look(lambda: self.once((name, version_stage), lambda: look(refresh)))

    def get_or_stale(self, name, version_stage=AWSCURRENT):
        try:
            return self.get(name, version_stage)
        except (ClientError, *NO_ANSWER) as error:
            match is_outage(error), self._memory.get((name, version_stage)):
                case True, Answer(value=value, asked_at=asked_at) if (
                    value is not None and self._clock() - asked_at < self._stale_seconds
                ):
                    return value
            raise

    def log_in(self, name, connect):
        refusal = None
        for value in self._values_to_try(name):
            if value is None:
                raise SecretError(name, "is not there")
            try:
                return connect(value)
            except LoginRefusedError as error:
                refusal = error
        raise refusal

    def _values_to_try(self, name):
        value = self.get_or_stale(name)
        yield value
        for pause in jittered(PAUSES):
            self._sleep(pause)
            value = self.once((name, AWSCURRENT), lambda refused=value: self._new(name, refused))
            yield value

    def _new(self, name, refused):
        match self._memory.get((name, AWSCURRENT)):
            case Answer(value=value) if value is not refused:
                return value
            case _:
                return self.refresh(name)

    def warm_up(self, names):
        wanted = {name: None for name in names if self.recall(name, AWSCURRENT) is None}
        for piece in in_pieces([*wanted], BATCH_SIZE):
            for name in self._read_piece(piece):
                wanted.pop(name, None)
        return [*wanted]

    def _read_piece(self, piece):
        """Yield the names that AWS sends a usable value for, once it is remembered."""
        asked_at = self._clock()
        response = self._client.batch_get_secret_value(SecretIdList=piece)
        for error in response.get("Errors", []):
            match error:
                case {"ErrorCode": code} if code in OUTAGE_CODES:
                    pass
                case {"SecretId": name}:
                    self.forget(name)
        for entry in response.get("SecretValues", []):
            value = object_in(entry)
            if value is not None:
                self.remember(entry["Name"], AWSCURRENT, Answer(value, asked_at))
                yield entry["Name"]
