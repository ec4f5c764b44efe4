"""Whether there is a secret is asked once, before the first try."""


class SecretCache(SecretCache):
    def log_in(self, name, connect):
        value = _existing(name, self.get_or_stale(name))
        for pause in PAUSES:
            try:
                return connect(value)
            except LoginRefusedError:
                self._sleep(random.uniform(pause / 2, pause))
            value = self._replacement(name, value)
        return connect(value)
