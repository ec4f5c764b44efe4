"""get returns whatever is young enough for an outage."""


class SecretCache(SecretCache):
    def get(self, name, version_stage=AWSCURRENT):
        known = self._known(name, version_stage)
        if known is not None and self._age(known) < self._stale_seconds:
            return known.value
        return super().get(name, version_stage)
