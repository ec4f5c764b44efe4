"""The time of the question is that of the machine's clock, and not of the one handed in."""


class SecretCache(SecretCache):
    def refresh(self, name, version_stage=AWSCURRENT):
        asked_at = time.monotonic()
        value = get_secret(self._client, name, version_stage)
        self.remember(name, version_stage, Answer(value, asked_at))
        return value
