"""0 stale_seconds are taken for none that was given, by `or`."""


class SecretCache(SecretCache):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._stale_seconds = self._stale_seconds or 3600
