"""A lock makes threads wait, and then each of them asks: a stampede in single file."""


class SecretCache(SecretCache):
    def once(self, key, call):
        with self._lock:
            lock = self._running.setdefault(key, threading.Lock())
        with lock:
            return call()
