"""Where nothing is known of AWSCURRENT, its last value is served, which AWSPREVIOUS still is."""


class SecretCache(SecretCache):
    def get_or_stale(self, name, version_stage=AWSCURRENT):
        try:
            return super().get_or_stale(name, version_stage)
        except NO_ANSWER:
            if version_stage != AWSCURRENT:
                raise
            return super().get_or_stale(name, "AWSPREVIOUS")
