"""A Future is returned in place of what it will hold one day."""


class SecretCache(SecretCache):
    def once(self, key, call):
        with self._lock:
            return self._running.setdefault(key, Future())
