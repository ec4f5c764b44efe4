"""BotoCoreError is caught, which is also the base of NoCredentialsError."""

from botocore.exceptions import BotoCoreError


class SecretCache(SecretCache):
    def get_or_stale(self, name, version_stage=AWSCURRENT):
        known = self._known(name, version_stage)
        try:
            return super().get_or_stale(name, version_stage)
        except BotoCoreError:
            if known is None or known.value is None or self._age(known) >= self._stale_seconds:
                raise
            return known.value
