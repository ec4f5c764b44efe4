"""stale_seconds begin where ttl_seconds end."""


class SecretCache(SecretCache):
    def get_or_stale(self, name, version_stage=AWSCURRENT):
        known = self._known(name, version_stage)
        try:
            return super().get_or_stale(name, version_stage)
        except NO_ANSWER:
            limit = self._ttl_seconds + self._stale_seconds
            if known is None or known.value is None or self._age(known) >= limit:
                raise
            return known.value
