"""The pause is one of the machine's clock, which no test can do without."""


class SecretCache(SecretCache):
    def log_in(self, name, connect):
        value = self.get_or_stale(name)
        for pause in PAUSES:
            try:
                return connect(_existing(name, value))
            except LoginRefusedError:
                time.sleep(random.uniform(pause / 2, pause))
            value = self._replacement(name, value)
        return connect(_existing(name, value))
