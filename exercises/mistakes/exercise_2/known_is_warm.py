"""What may be served in an outage is taken for warm."""


class SecretCache(SecretCache):
    def warm_up(self, names):
        return super().warm_up([name for name in dict.fromkeys(names) if not self._will_do(name)])

    def _will_do(self, name):
        known = self._known(name, AWSCURRENT)
        return known is not None and self._age(known) < self._stale_seconds
