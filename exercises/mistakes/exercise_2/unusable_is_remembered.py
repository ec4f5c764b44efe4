"""That a value is unusable is remembered as None, and so given out as a missing secret."""

from secrets_manager import SecretFormatError


class SecretCache(SecretCache):
    def refresh(self, name, version_stage=AWSCURRENT):
        try:
            return super().refresh(name, version_stage)
        except SecretFormatError:
            self.remember(name, version_stage, Answer(None, self._clock()))
            raise
