"""Forgetting a secret also forgets that somebody is asking AWS for it."""


class SecretCache(SecretCache):
    def forget(self, name):
        super().forget(name)
        with self._lock:
            for key in [key for key in self._running if key[0] == name]:
                del self._running[key]

    def _end(self, key):
        with self._lock:
            self._running.pop(key, None)
