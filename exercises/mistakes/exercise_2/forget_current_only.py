"""Only AWSCURRENT is forgotten."""


class SecretCache(SecretCache):
    def forget(self, name):
        self._answers.get(name, {}).pop(AWSCURRENT, None)
