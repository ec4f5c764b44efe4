"""0 missing_seconds are taken for none that was given, by `or`."""


class SecretCache(SecretCache):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._missing_seconds = self._missing_seconds or 10
