"""AWS is asked first, always, and memory is for outages only."""


class SecretCache(SecretCache):
    def get_or_stale(self, name, version_stage=AWSCURRENT):
        known = self._known(name, version_stage)
        try:
            return self.refresh(name, version_stage)
        except (ClientError, *NO_ANSWER) as error:
            if not _is_outage(error) or known is None or known.value is None:
                raise
            if self._age(known) >= self._stale_seconds:
                raise
            return known.value
