"""The name is looked for among keys that are not names."""


class SecretCache(SecretCache):
    def forget(self, name):
        self._answers.pop((name, AWSCURRENT), None)
