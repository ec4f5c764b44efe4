"""The limit of staleness is the TTL, so that nothing is ever served."""


class SecretCache(SecretCache):
    def get_or_stale(self, name, version_stage=AWSCURRENT):
        known = self._known(name, version_stage)
        if known is not None and self._age(known) >= self._ttl_seconds:
            return self.get(name, version_stage)
        return super().get_or_stale(name, version_stage)
