"""The pauses are those of PAUSES, and a whole fleet comes back in step."""


class SecretCache(SecretCache):
    def log_in(self, name, connect):
        value = self.get_or_stale(name)
        for pause in PAUSES:
            try:
                return connect(_existing(name, value))
            except LoginRefusedError:
                self._sleep(pause)
            value = self._replacement(name, value)
        return connect(_existing(name, value))
