"""What is no JSON is put into an object, under a name that nobody knows."""

from secrets_manager import SecretFormatError


class SecretCache(SecretCache):
    def refresh(self, name, version_stage=AWSCURRENT):
        try:
            return super().refresh(name, version_stage)
        except SecretFormatError:
            response = self._client.get_secret_value(SecretId=name, VersionStage=version_stage)
            return SecretDict(value=response.get("SecretString"))
