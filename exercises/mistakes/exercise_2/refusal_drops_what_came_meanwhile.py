"""The secret is forgotten when its value is refused, whatever is known of it by then."""


class SecretCache(SecretCache):
    def log_in(self, name, connect):
        for pause in PAUSES:
            try:
                return connect(_existing(name, self.get_or_stale(name)))
            except LoginRefusedError:
                self.forget(name)
                self._sleep(random.uniform(pause / 2, pause))
        return connect(_existing(name, self.get_or_stale(name)))
