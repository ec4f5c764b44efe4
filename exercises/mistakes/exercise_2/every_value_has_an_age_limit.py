"""stale_seconds limit every value that is returned, also one that AWS has just sent."""


class SecretCache(SecretCache):
    def get_or_stale(self, name, version_stage=AWSCURRENT):
        value = super().get_or_stale(name, version_stage)
        known = self._known(name, version_stage)
        return value if known and self._age(known) < self._stale_seconds else None
