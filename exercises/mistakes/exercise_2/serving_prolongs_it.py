"""What is served in an outage is remembered with a later time, just not a fresh one."""


class SecretCache(SecretCache):
    def get_or_stale(self, name, version_stage=AWSCURRENT):
        value = super().get_or_stale(name, version_stage)
        if value is not None and self.recall(name, version_stage) is None:
            asked_at = self._clock() - self._ttl_seconds
            self.remember(name, version_stage, Answer(value, asked_at))
        return value
