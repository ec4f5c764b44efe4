"""log_in asks AWS by itself, past all that is kept."""


class SecretCache(SecretCache):
    def log_in(self, name, connect):
        value = get_secret(self._client, name)
        for pause in PAUSES:
            try:
                return connect(_existing(name, value))
            except LoginRefusedError:
                self._sleep(random.uniform(pause / 2, pause))
            value = get_secret(self._client, name)
        return connect(_existing(name, value))
