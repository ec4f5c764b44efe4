"""Forgetting what is not known is an error."""


class SecretCache(SecretCache):
    def forget(self, name):
        del self._answers[name]
