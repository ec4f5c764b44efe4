"""A refused value is forgotten, so that the next read asks AWS."""


class SecretCache(SecretCache):
    def _replacement(self, name, refused):
        known = self._known(name, AWSCURRENT)
        if known is not None and known.value is refused:
            self.forget(name)
        return self.get_or_stale(name)
