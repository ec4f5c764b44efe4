"""Expiry dates in place of ages, context managers in place of try, Events in place of Futures.

It also remembers when a secret was forgotten: what was asked for before comes too late. And it
counts what came, so that log_in knows whether anything has come since.
"""

import json
import random
import threading
from collections import Counter
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

import botocore.exceptions

import secrets_manager
from secrets_manager.values import read_only


class Kept(NamedTuple):
    answer: object
    fresh_until: float
    servable_until: float


@dataclass
class Flight:
    landed: threading.Event = field(default_factory=threading.Event)
    outcome: tuple = (None, None)


def error_code(error):
    return getattr(error, "response", {}).get("Error", {}).get("Code")


def is_not_now(error):
    return isinstance(error, NO_ANSWER) or error_code(error) in OUTAGE_CODES


class SecretCache(SecretCache):
    def __init__(self, client, **options):
        super().__init__(client, **options)
        self._kept = {}
        self._forgotten_at = {}
        self._arrived = Counter()
        self._flights = {}
        self._mutex = threading.Lock()

    def remember(self, name, version_stage, answer):
        missing = answer.value is None
        seconds = self._missing_seconds if missing else self._ttl_seconds
        kept = Kept(
            answer,
            answer.asked_at + seconds,
            float("-inf") if missing else answer.asked_at + self._stale_seconds,
        )
        with self._mutex:
            labels = self._kept.setdefault(name, {})
            earliest = self._forgotten_at.get(name, float("-inf"))
            if version_stage in labels:
                earliest = max(earliest, labels[version_stage].answer.asked_at)
            if answer.asked_at >= earliest:
                labels[version_stage] = kept
                self._arrived[name, version_stage] += 1

    def _find(self, name, version_stage):
        with self._mutex:
            return self._kept.get(name, {}).get(version_stage)

    def recall(self, name, version_stage):
        kept = self._find(name, version_stage)
        return kept.answer if kept and self._clock() < kept.fresh_until else None

    def forget(self, name):
        now = self._clock()
        with self._mutex:
            self._kept.pop(name, None)
            self._forgotten_at[name] = now

    @contextmanager
    def _forgetting(self, name):
        try:
            yield
        except Exception as error:
            if not is_not_now(error):
                self.forget(name)
            raise

    def refresh(self, name, version_stage=AWSCURRENT):
        with self._forgetting(name):
            asked_at = self._clock()
            value = secrets_manager.get_secret(self._client, name, version_stage)
        self.remember(name, version_stage, Answer(value, asked_at))
        return value

    def once(self, key, call):
        with self._mutex:
            flight, mine = self._flights.get(key), Flight()
            if flight is None:
                self._flights[key] = mine
        if flight is None:
            return self._fly(key, mine, call)
        flight.landed.wait()
        error, result = flight.outcome
        if error is not None:
            raise error
        return result

    def _fly(self, key, mine, call):
        def take_away():
            with self._mutex:
                del self._flights[key]

        with ExitStack() as at_the_end:
            at_the_end.callback(mine.landed.set)
            at_the_end.callback(take_away)
            try:
                mine.outcome = None, call()
            except BaseException as error:
                mine.outcome = error, None
                raise
            return mine.outcome[1]

    def get(self, name, version_stage=AWSCURRENT):
        def refresh_if_needed():
            fresh = self.recall(name, version_stage)
            return fresh.value if fresh else self.refresh(name, version_stage)

        fresh = self.recall(name, version_stage)
        return fresh.value if fresh else self.once((name, version_stage), refresh_if_needed)

    def get_or_stale(self, name, version_stage=AWSCURRENT):
        try:
            return self.get(name, version_stage)
        except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as error:
            kept = self._find(name, version_stage)
            if is_not_now(error) and kept and self._clock() < kept.servable_until:
                return kept.answer.value
            raise

    def log_in(self, name, connect):
        value = self._value_for_login(name, self.get_or_stale(name))
        for longest in PAUSES:
            arrived = self._arrived[name, AWSCURRENT]
            try:
                return connect(value)
            except LoginRefusedError:
                self._sleep(random.triangular(longest / 2, longest))
            value = self._value_for_login(name, self._later_than(arrived, name))
        return connect(value)

    def _value_for_login(self, name, value):
        if value is None:
            raise secrets_manager.SecretError(name, "there is none")
        return value

    def _later_than(self, arrived, name):
        def ask():
            kept = self._find(name, AWSCURRENT)
            if kept and self._arrived[name, AWSCURRENT] > arrived:
                return kept.answer.value
            return self.refresh(name)

        return self.once((name, AWSCURRENT), ask)

    def warm_up(self, names):
        cold = dict.fromkeys(name for name in names if not self.recall(name, AWSCURRENT))
        wanted = iter(list(cold))
        while batch := list(islice(wanted, BATCH_SIZE)):
            for name in self._warm(batch):
                del cold[name]
        return list(cold)

    def _warm(self, batch):
        asked_at = self._clock()
        response = self._client.batch_get_secret_value(SecretIdList=batch)
        for refused in response.get("Errors", ()):
            if refused.get("ErrorCode") not in OUTAGE_CODES:
                self.forget(refused["SecretId"])
        found = {}
        for entry in response.get("SecretValues", ()):
            try:
                value = json.loads(entry["SecretString"])
            except (LookupError, ValueError, RecursionError):
                continue
            if isinstance(value, dict):
                found[entry["Name"]] = read_only(value)
        for name, value in found.items():
            self.remember(name, AWSCURRENT, Answer(value, asked_at))
        return found
