"""Anything from no pause at all: often too short for finishSecret to happen."""


class SecretCache(SecretCache):
    def log_in(self, name, connect):
        value = self.get_or_stale(name)
        for pause in PAUSES:
            try:
                return connect(_existing(name, value))
            except LoginRefusedError:
                self._sleep(random.uniform(0, pause))
            value = self._replacement(name, value)
        return connect(_existing(name, value))
