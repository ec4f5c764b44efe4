"""Cold is what recall has nothing of, which is everything at a TTL of 0."""


class SecretCache(SecretCache):
    def warm_up(self, names):
        names = [*dict.fromkeys(names)]
        super().warm_up(names)
        return [name for name in names if self.recall(name, AWSCURRENT) is None]
