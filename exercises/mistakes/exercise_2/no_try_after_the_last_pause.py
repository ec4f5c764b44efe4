"""As many tries as PAUSES, so that the last pause is for nothing."""


class SecretCache(SecretCache):
    def log_in(self, name, connect):
        value = self.get_or_stale(name)
        for pause in PAUSES:
            try:
                return connect(_existing(name, value))
            except LoginRefusedError as error:
                refusal = error
                self._sleep(random.uniform(pause / 2, pause))
            value = self._replacement(name, value)
        raise refusal
