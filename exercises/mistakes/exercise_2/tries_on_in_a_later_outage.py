"""An outage after the first pause is raised, and after a later one the old value is tried on."""


class SecretCache(SecretCache):
    def log_in(self, name, connect):
        value = self.get_or_stale(name)
        for pause in PAUSES:
            try:
                return connect(_existing(name, value))
            except LoginRefusedError:
                self._sleep(random.uniform(pause / 2, pause))
            try:
                value = self._replacement(name, value)
            except NO_ANSWER:
                if pause == PAUSES[0]:
                    raise
        return connect(_existing(name, value))
