"""The same password once more, as if the database had not meant it."""


class SecretCache(SecretCache):
    def log_in(self, name, connect):
        value = self.get_or_stale(name)
        for pause in PAUSES:
            for _ in range(2):
                try:
                    return connect(_existing(name, value))
                except LoginRefusedError:
                    self._sleep(random.uniform(pause / 2, pause))
            value = self._replacement(name, value)
        return connect(_existing(name, value))
