"""Stale while revalidate: the old value is served once more, and the new one only to the next."""


class SecretCache(SecretCache):
    def get_or_stale(self, name, version_stage=AWSCURRENT):
        known = self._known(name, version_stage)
        value = super().get_or_stale(name, version_stage)
        return value if known is None or known.value is None else known.value
