"""The loop begins with the pause, and makes every login slower."""


class SecretCache(SecretCache):
    def log_in(self, name, connect):
        self._sleep(0.05)
        return super().log_in(name, connect)
