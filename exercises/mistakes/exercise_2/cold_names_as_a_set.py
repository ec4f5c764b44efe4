"""Cold names come as a set, which has no order."""


class SecretCache(SecretCache):
    def warm_up(self, names):
        return set(super().warm_up(names))
