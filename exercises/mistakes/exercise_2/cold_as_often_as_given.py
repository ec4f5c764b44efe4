"""Cold names are returned as often as they were given."""


class SecretCache(SecretCache):
    def warm_up(self, names):
        names = [*names]
        cold = super().warm_up(names)
        return [name for name in names if name in cold]
