"""Threads that waited look up the result of the call, which has none where it failed."""


class SecretCache(SecretCache):
    def once(self, key, call):
        with self._lock:
            entry = self._running.get(key)
            if entry is None:
                mine = self._running[key] = {"over": threading.Event()}
        if entry is not None:
            entry["over"].wait()
            return entry["result"]
        try:
            mine["result"] = call()
            return mine["result"]
        finally:
            self._end(key)
            mine["over"].set()
