"""Pauses differ by a tenth, and a fleet comes back nearly in step."""


class SecretCache(SecretCache):
    def log_in(self, name, connect):
        value = self.get_or_stale(name)
        for pause in PAUSES:
            try:
                return connect(_existing(name, value))
            except LoginRefusedError:
                self._sleep(random.uniform(pause * 0.9, pause * 1))
            value = self._replacement(name, value)
        return connect(_existing(name, value))
