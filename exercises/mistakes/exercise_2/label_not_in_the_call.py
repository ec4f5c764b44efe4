"""Threads share by name: who wants AWSPREVIOUS and finds AWSCURRENT under way goes without."""


class SecretCache(SecretCache):
    def get(self, name, version_stage=AWSCURRENT):
        lock = self.__dict__.setdefault("_locks", {}).setdefault(name, threading.RLock())
        if not lock.acquire(blocking=False):
            known = self._known(name, AWSCURRENT)
            return known and known.value
        try:
            return super().get(name, version_stage)
        finally:
            lock.release()
