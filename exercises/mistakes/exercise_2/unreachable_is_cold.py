"""Where AWS cannot be reached all names are cold, and nobody learns why."""


class SecretCache(SecretCache):
    def _read_batch(self, names):
        try:
            return super()._read_batch(names)
        except NO_ANSWER:
            return set()
