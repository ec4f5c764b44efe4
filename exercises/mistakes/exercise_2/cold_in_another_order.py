"""Cold names come in alphabetical order."""


class SecretCache(SecretCache):
    def warm_up(self, names):
        return sorted(super().warm_up(names), reverse=True)
