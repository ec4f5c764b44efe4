"""One Condition in place of Futures, answers under keys of tuples, and early returns.

Its values are plain dicts no more: a Mapping and a Sequence of its own hold what was read.
"""

import json
import random
import threading
from collections.abc import Mapping, Sequence

from botocore.exceptions import ClientError

from secrets_manager import SecretError, SecretFormatError


class HiddenObject(Mapping):
    def __init__(self, items):
        self.__items = {key: hidden(item) for key, item in items.items()}

    def __getitem__(self, key):
        return self.__items[key]

    def __iter__(self):
        return iter(self.__items)

    def __len__(self):
        return len(self.__items)

    def __repr__(self):
        return f"<object of {len(self)}>"


class HiddenArray(Sequence):
    def __init__(self, items):
        self.__items = tuple(map(hidden, items))

    def __getitem__(self, index):
        return self.__items[index]

    def __len__(self):
        return len(self.__items)

    def __repr__(self):
        return f"<array of {len(self)}>"


def hidden(value):
    if isinstance(value, dict):
        return HiddenObject(value)
    return HiddenArray(value) if isinstance(value, list) else value


def parsed(entry):
    """Return the hidden object in a response or an entry of a batch, or what is wrong with it."""
    text = entry.get("SecretString")
    if text is None:
        return "is binary"
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return "is no JSON"
    return HiddenObject(value) if isinstance(value, dict) else "is no object"


def code_of(error):
    return error.response["Error"]["Code"] if isinstance(error, ClientError) else None


def passes_by_itself(error):
    return isinstance(error, NO_ANSWER) or code_of(error) in OUTAGE_CODES


class Call:
    """A call that somebody runs: what it returned, or how it failed, once it is over."""

    def __init__(self):
        self.over, self.result, self.error = False, None, None


class SecretCache(SecretCache):
    def __init__(self, client, **options):
        super().__init__(client, **options)
        self._kept = {}
        self._calls = {}
        self._changed = threading.Condition()

    def remember(self, name, version_stage, answer):
        key = (name, version_stage)
        with self._changed:
            if key in self._kept and self._kept[key].asked_at > answer.asked_at:
                return
            self._kept[key] = answer

    def recall(self, name, version_stage):
        with self._changed:
            answer = self._kept.get((name, version_stage))
        if answer is None:
            return None
        if answer.value is None:
            return answer if self._younger(answer, self._missing_seconds) else None
        return answer if self._younger(answer, self._ttl_seconds) else None

    def _younger(self, answer, seconds):
        return self._clock() < answer.asked_at + seconds

    def forget(self, name):
        with self._changed:
            self._kept = {key: kept for key, kept in self._kept.items() if key[0] != name}

    def refresh(self, name, version_stage=AWSCURRENT):
        asked_at = self._clock()
        value = self._ask(name, version_stage)
        if isinstance(value, str):
            self.forget(name)
            raise SecretFormatError(name, value)
        self.remember(name, version_stage, Answer(value, asked_at))
        return value

    def _ask(self, name, version_stage):
        try:
            return parsed(self._client.get_secret_value(SecretId=name, VersionStage=version_stage))
        except Exception as error:
            if code_of(error) == "ResourceNotFoundException":
                return None
            if not passes_by_itself(error):
                self.forget(name)
            raise

    def once(self, key, call):
        with self._changed:
            running = self._calls.get(key)
            while running is not None:
                self._changed.wait_for(lambda call=running: call.over)
                if running.error is None:
                    return running.result
                if isinstance(running.error, Exception):
                    raise running.error
                running = self._calls.get(key)  # Ctrl-C was meant for that thread alone.
            mine = self._calls[key] = Call()
        try:
            mine.result = call()
        except BaseException as error:
            mine.error = error
            raise
        finally:
            with self._changed:
                mine.over = True
                del self._calls[key]
                self._changed.notify_all()
        return mine.result

    def get(self, name, version_stage=AWSCURRENT):
        answer = self.recall(name, version_stage)
        if answer is not None:
            return answer.value
        return self.once((name, version_stage), lambda: self._get_now(name, version_stage))

    def _get_now(self, name, version_stage):
        answer = self.recall(name, version_stage)
        if answer is not None:
            return answer.value
        return self.refresh(name, version_stage)

    def get_or_stale(self, name, version_stage=AWSCURRENT):
        try:
            return self.get(name, version_stage)
        except Exception as error:
            if not passes_by_itself(error):
                raise
            with self._changed:
                answer = self._kept.get((name, version_stage))
            if answer is None or answer.value is None:
                raise
            if not self._younger(answer, self._stale_seconds):
                raise
            return answer.value

    def log_in(self, name, connect):
        pauses = list(PAUSES)
        value = self.get_or_stale(name)
        while True:
            if value is None:
                raise SecretError(name, "does not exist")
            try:
                return connect(value)
            except LoginRefusedError:
                if not pauses:
                    raise
            pause = pauses.pop(0)
            self._sleep(pause - random.random() * pause / 2)
            value = self._newer_than(name, value)

    def _newer_than(self, name, refused):
        def look_or_ask():
            with self._changed:
                answer = self._kept.get((name, AWSCURRENT))
            if answer is None or answer.value is refused:
                return self.refresh(name)
            return answer.value

        return self.once((name, AWSCURRENT), look_or_ask)

    def warm_up(self, names):
        cold = []
        for name in names:
            if name not in cold and self.recall(name, AWSCURRENT) is None:
                cold.append(name)
        wanted = list(cold)
        while wanted:
            batch, wanted = wanted[:BATCH_SIZE], wanted[BATCH_SIZE:]
            asked_at = self._clock()
            answer = self._client.batch_get_secret_value(SecretIdList=batch)
            for error in answer.get("Errors") or []:
                if error["ErrorCode"] not in OUTAGE_CODES:
                    self.forget(error["SecretId"])
            for entry in answer.get("SecretValues") or []:
                value = parsed(entry)
                if not isinstance(value, str) and entry["Name"] in cold:
                    self.remember(entry["Name"], AWSCURRENT, Answer(value, asked_at))
                    cold.remove(entry["Name"])
        return cold
