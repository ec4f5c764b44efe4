"""What another thread has refreshed is asked of recall, which has only the fresh."""


class SecretCache(SecretCache):
    def _replacement(self, name, refused):
        known = self.recall(name, AWSCURRENT)
        if known is not None and known.value is not refused:
            return known.value
        return self.once((name, AWSCURRENT), lambda: self.refresh(name))
