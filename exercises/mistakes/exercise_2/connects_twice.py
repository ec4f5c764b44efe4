"""One connection to try the login, which stays open, and another one to return."""


class SecretCache(SecretCache):
    def log_in(self, name, connect):
        super().log_in(name, connect)
        return connect(self.get_or_stale(name))
