"""Pause and refresh are under one lock, so that refused threads pause one after the other."""


class SecretCache(SecretCache):
    def log_in(self, name, connect):
        value = self.get_or_stale(name)
        for pause in PAUSES:
            try:
                return connect(_existing(name, value))
            except LoginRefusedError:
                pass
            with self._lock:
                turns = self.__dict__.setdefault("_turns", {})
                turn = turns.setdefault(name, threading.Lock())
            with turn:
                self._sleep(random.uniform(pause / 2, pause))
                value = self._replacement(name, value)
        return connect(_existing(name, value))
