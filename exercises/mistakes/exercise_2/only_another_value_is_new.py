"""What another thread has refreshed counts only where it differs from what was refused."""


class SecretCache(SecretCache):
    def _replacement(self, name, refused):
        known = self.recall(name, AWSCURRENT)
        if known is not None and known.value != refused:
            return known.value
        return self.once((name, AWSCURRENT), lambda: self.refresh(name))
