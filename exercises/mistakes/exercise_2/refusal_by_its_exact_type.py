"""Only LoginRefusedError itself is a refusal, and no error that is a kind of it."""


class SecretCache(SecretCache):
    def log_in(self, name, connect):
        value = self.get_or_stale(name)
        for pause in PAUSES:
            try:
                return connect(_existing(name, value))
            except Exception as error:
                if type(error) is not LoginRefusedError:
                    raise
                self._sleep(random.uniform(pause / 2, pause))
            value = self._replacement(name, value)
        return connect(_existing(name, value))
