"""The clock is read when the answer has come."""


class SecretCache(SecretCache):
    def refresh(self, name, version_stage=AWSCURRENT):
        value = get_secret(self._client, name, version_stage)
        self.remember(name, version_stage, Answer(value, self._clock()))
        return value
