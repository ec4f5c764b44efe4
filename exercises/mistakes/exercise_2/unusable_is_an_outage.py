"""A new value that is unusable is bridged by the old one, which nobody accepts any more."""


class SecretCache(SecretCache):
    def get_or_stale(self, name, version_stage=AWSCURRENT):
        known = self._known(name, version_stage)
        try:
            return super().get_or_stale(name, version_stage)
        except SecretError:
            if known is None:
                raise
            return known.value
