"""What is warm is returned, in place of what stays cold."""


class SecretCache(SecretCache):
    def warm_up(self, names):
        names = [*names]
        cold = super().warm_up(names)
        return [name for name in names if name not in cold]
