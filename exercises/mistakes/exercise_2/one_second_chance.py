"""One second try, which comes before finishSecret as often as not."""


class SecretCache(SecretCache):
    def log_in(self, name, connect):
        value = self.get_or_stale(name)
        try:
            return connect(_existing(name, value))
        except LoginRefusedError:
            self._sleep(random.uniform(PAUSES[0] / 2, PAUSES[0]))
        return connect(_existing(name, self._replacement(name, value)))
