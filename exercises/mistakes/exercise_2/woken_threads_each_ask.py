"""Threads that wake together look whether one has asked, and none has an answer yet."""


class SecretCache(SecretCache):
    def _replacement(self, name, refused):
        known = self._known(name, AWSCURRENT)
        if known is not None and known.value is not refused:
            return known.value
        return self.refresh(name)
