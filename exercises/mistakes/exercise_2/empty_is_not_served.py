"""`if known.value:` takes an empty object for no value."""


class SecretCache(SecretCache):
    def get_or_stale(self, name, version_stage=AWSCURRENT):
        try:
            return self.get(name, version_stage)
        except (ClientError, *NO_ANSWER) as error:
            known = self._known(name, version_stage)
            if not _is_outage(error) or not (known and known.value):
                raise
            if self._age(known) >= self._stale_seconds:
                raise
            return known.value
