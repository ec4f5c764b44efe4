"""Where the secret is gone after a pause, the refusal before it is raised."""


class SecretCache(SecretCache):
    def log_in(self, name, connect):
        value = _existing(name, self.get_or_stale(name))
        for pause in PAUSES:
            try:
                return connect(value)
            except LoginRefusedError:
                self._sleep(random.uniform(pause / 2, pause))
                value = self._replacement(name, value)
                if value is None:
                    raise
        return connect(value)
