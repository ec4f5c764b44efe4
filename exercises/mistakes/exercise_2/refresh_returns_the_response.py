"""The whole response is returned, of which only SecretString is the value."""


class SecretCache(SecretCache):
    def refresh(self, name, version_stage=AWSCURRENT):
        super().refresh(name, version_stage)
        return self._client.get_secret_value(SecretId=name, VersionStage=version_stage)
