"""A pause is half of what PAUSES says or all of it, and half a fleet comes back in step."""


class SecretCache(SecretCache):
    def log_in(self, name, connect):
        value = self.get_or_stale(name)
        for pause in PAUSES:
            try:
                return connect(_existing(name, value))
            except LoginRefusedError:
                self._sleep(pause * random.choice([0.5, 1]))
            value = self._replacement(name, value)
        return connect(_existing(name, value))
