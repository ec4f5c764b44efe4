"""What another thread has refreshed is known by a later reading of the clock."""


class SecretCache(SecretCache):
    def log_in(self, name, connect):
        value, given = self._with_time(name, self.get_or_stale(name))
        for pause in PAUSES:
            try:
                return connect(value)
            except LoginRefusedError:
                self._sleep(random.uniform(pause / 2, pause))
            known = self._known(name, AWSCURRENT)
            if known is None or known.asked_at <= given:
                self.refresh(name)
            value, given = self._with_time(name, self._known(name, AWSCURRENT).value)
        return connect(value)

    def _with_time(self, name, value):
        return _existing(name, value), self._known(name, AWSCURRENT).asked_at
