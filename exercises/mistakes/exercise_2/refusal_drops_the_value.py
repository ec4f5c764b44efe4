"""A refused value is dropped before AWS is asked, and the other labels are kept."""


class SecretCache(SecretCache):
    def _replacement(self, name, refused):
        known = self._known(name, AWSCURRENT)
        if known is not None and known.value is refused:
            self._answers[name].pop(AWSCURRENT, None)
        return super()._replacement(name, refused)
