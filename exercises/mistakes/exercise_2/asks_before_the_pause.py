"""First the refresh, then the pause, in which AWSCURRENT moves."""


class SecretCache(SecretCache):
    def log_in(self, name, connect):
        value = self.get_or_stale(name)
        for pause in PAUSES:
            try:
                return connect(_existing(name, value))
            except LoginRefusedError:
                value = self._replacement(name, value)
                self._sleep(random.uniform(pause / 2, pause))
        return connect(_existing(name, value))
