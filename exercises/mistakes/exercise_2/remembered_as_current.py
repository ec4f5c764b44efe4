"""Whatever label was asked for, the answer is remembered as AWSCURRENT."""


class SecretCache(SecretCache):
    def refresh(self, name, version_stage=AWSCURRENT):
        asked_at = self._clock()
        value = get_secret(self._client, name, version_stage)
        self.remember(name, AWSCURRENT, Answer(value, asked_at))
        return value
