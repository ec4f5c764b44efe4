"""What connect returns is asked whether it is true, as if None were a refused login."""


class SecretCache(SecretCache):
    def log_in(self, name, connect):
        connection = super().log_in(name, connect)
        return connection or super().log_in(name, connect)
