"""The age is taken before AWS is asked, and a time-out later the value is too old."""


class SecretCache(SecretCache):
    def get_or_stale(self, name, version_stage=AWSCURRENT):
        now = self._clock()
        try:
            return self.get(name, version_stage)
        except (ClientError, *NO_ANSWER) as error:
            known = self._known(name, version_stage)
            if not _is_outage(error) or known is None or known.value is None:
                raise
            if now - known.asked_at >= self._stale_seconds:
                raise
            return known.value
