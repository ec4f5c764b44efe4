"""The label that was read last is the default of the next read."""


class SecretCache(SecretCache):
    def get(self, name, version_stage=None):
        self._last_stage = version_stage or getattr(self, "_last_stage", AWSCURRENT)
        return super().get(name, self._last_stage)
