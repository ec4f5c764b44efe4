"""Whether there is a secret is asked before each pause, and not after the last."""


class SecretCache(SecretCache):
    def log_in(self, name, connect):
        value = self.get_or_stale(name)
        for pause in PAUSES:
            try:
                return connect(_existing(name, value))
            except LoginRefusedError:
                self._sleep(random.uniform(pause / 2, pause))
            value = self._replacement(name, value)
        return connect(value)
