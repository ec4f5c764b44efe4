"""The value is returned, and not remembered."""


class SecretCache(SecretCache):
    def refresh(self, name, version_stage=AWSCURRENT):
        return get_secret(self._client, name, version_stage)
