"""The first value is that of get, so that an outage of AWS is one of the database, too."""


class SecretCache(SecretCache):
    def log_in(self, name, connect):
        self.get(name)
        return super().log_in(name, connect)
