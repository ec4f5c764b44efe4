"""A database that is down is asked five times, with five passwords."""


class SecretCache(SecretCache):
    def log_in(self, name, connect):
        value = self.get_or_stale(name)
        for pause in PAUSES:
            try:
                return connect(_existing(name, value))
            except SecretError:
                raise
            except Exception:
                self._sleep(random.uniform(pause / 2, pause))
            value = self._replacement(name, value)
        return connect(_existing(name, value))
