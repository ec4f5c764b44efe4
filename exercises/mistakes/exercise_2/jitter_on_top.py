"""The random part is added on top."""


class SecretCache(SecretCache):
    def log_in(self, name, connect):
        value = self.get_or_stale(name)
        for pause in PAUSES:
            try:
                return connect(_existing(name, value))
            except LoginRefusedError:
                self._sleep(pause + random.uniform(pause / 10, pause / 2))
            value = self._replacement(name, value)
        return connect(_existing(name, value))
