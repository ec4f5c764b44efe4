"""The label is a key in memory, and is not sent to AWS."""


class SecretCache(SecretCache):
    def refresh(self, name, version_stage=AWSCURRENT):
        asked_at = self._clock()
        value = get_secret(self._client, name)
        self.remember(name, version_stage, Answer(value, asked_at))
        return value
