"""What AWS says is remembered only where nothing fresh is."""


class SecretCache(SecretCache):
    def refresh(self, name, version_stage=AWSCURRENT):
        asked_at = self._clock()
        value = get_secret(self._client, name, version_stage)
        if self.recall(name, version_stage) is None:
            self.remember(name, version_stage, Answer(value, asked_at))
        return value
