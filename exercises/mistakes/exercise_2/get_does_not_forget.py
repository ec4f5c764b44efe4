"""Forgetting is done in get_or_stale, and get and refresh meet the same refusal."""


class SecretCache(SecretCache):
    def refresh(self, name, version_stage=AWSCURRENT):
        asked_at = self._clock()
        value = get_secret(self._client, name, version_stage)
        self.remember(name, version_stage, Answer(value, asked_at))
        return value

    def get_or_stale(self, name, version_stage=AWSCURRENT):
        try:
            return super().get_or_stale(name, version_stage)
        except Exception as error:
            if not _is_outage(error):
                self.forget(name)
            raise
