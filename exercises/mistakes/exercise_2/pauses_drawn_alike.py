"""Every cache draws its pauses from a generator with the same seed."""


class SecretCache(SecretCache):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._random = random.Random(2)

    def log_in(self, name, connect):
        value = self.get_or_stale(name)
        for pause in PAUSES:
            try:
                return connect(_existing(name, value))
            except LoginRefusedError:
                self._sleep(self._random.uniform(pause / 2, pause))
            value = self._replacement(name, value)
        return connect(_existing(name, value))
