"""That a secret is gone is bridged with its last value, like an outage."""


class SecretCache(SecretCache):
    def get_or_stale(self, name, version_stage=AWSCURRENT):
        known = self._known(name, version_stage)
        value = super().get_or_stale(name, version_stage)
        return known.value if value is None and known else value
