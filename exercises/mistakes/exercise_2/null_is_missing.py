"""The JSON null is taken for a secret that is not there."""

from secrets_manager import SecretFormatError


class SecretCache(SecretCache):
    def refresh(self, name, version_stage=AWSCURRENT):
        try:
            return super().refresh(name, version_stage)
        except SecretFormatError:
            response = self._client.get_secret_value(SecretId=name, VersionStage=version_stage)
            if response.get("SecretString") != "null":
                del response
                raise
        return None
