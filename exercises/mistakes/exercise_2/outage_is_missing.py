"""Where nothing is known, an outage is None, which says that there is no such secret."""


class SecretCache(SecretCache):
    def get_or_stale(self, name, version_stage=AWSCURRENT):
        try:
            return super().get_or_stale(name, version_stage)
        except (ClientError, *NO_ANSWER) as error:
            if not _is_outage(error) or self._known(name, version_stage):
                raise
            return None
