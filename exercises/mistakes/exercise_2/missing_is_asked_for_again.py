"""A fresh None does not count as an answer."""


class SecretCache(SecretCache):
    def warm_up(self, names):
        names = [*dict.fromkeys(names)]
        missing = [
            name
            for name in names
            if (answer := self.recall(name, AWSCURRENT)) and answer.value is None
        ]
        return [*missing, *super().warm_up(names)]
