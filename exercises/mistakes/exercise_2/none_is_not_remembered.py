"""Only what is there is remembered."""


class SecretCache(SecretCache):
    def refresh(self, name, version_stage=AWSCURRENT):
        asked_at = self._clock()
        value = get_secret(self._client, name, version_stage)
        if value:
            self.remember(name, version_stage, Answer(value, asked_at))
        return value
