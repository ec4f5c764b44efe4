"""To be safe the secret is read again, though the database is down."""


class SecretCache(SecretCache):
    def log_in(self, name, connect):
        try:
            return super().log_in(name, connect)
        except OSError:
            self.refresh(name)
            raise
