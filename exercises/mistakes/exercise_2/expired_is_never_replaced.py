"""After the first TTL nothing is remembered any more, and every read asks."""


class SecretCache(SecretCache):
    def get(self, name, version_stage=AWSCURRENT):
        known = self._known(name, version_stage)
        if known is None or self.recall(name, version_stage) is not None:
            return super().get(name, version_stage)
        return get_secret(self._client, name, version_stage)
