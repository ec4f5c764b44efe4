"""What is remembered in `finally` is remembered also after an error, as None."""


class SecretCache(SecretCache):
    def refresh(self, name, version_stage=AWSCURRENT):
        value, asked_at = None, self._clock()
        try:
            value = get_secret(self._client, name, version_stage)
        finally:
            self.remember(name, version_stage, Answer(value, asked_at))
        return value
