"""A TTL of 0 is taken for none that was given, by `or`."""


class SecretCache(SecretCache):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._ttl_seconds = self._ttl_seconds or 300
