"""A pause also after the last refusal, before it is raised."""


class SecretCache(SecretCache):
    def log_in(self, name, connect):
        try:
            return super().log_in(name, connect)
        except LoginRefusedError:
            self._sleep(PAUSES[-1])
            raise
