"""A value that cannot be used is a missing secret."""

from secrets_manager import SecretFormatError


class SecretCache(SecretCache):
    def refresh(self, name, version_stage=AWSCURRENT):
        try:
            return super().refresh(name, version_stage)
        except SecretFormatError:
            return None
