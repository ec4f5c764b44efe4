"""Where nothing is known of a label, AWSCURRENT is served, which is better than nothing."""


class SecretCache(SecretCache):
    def get_or_stale(self, name, version_stage=AWSCURRENT):
        try:
            return super().get_or_stale(name, version_stage)
        except NO_ANSWER:
            if version_stage == AWSCURRENT:
                raise
            return super().get_or_stale(name)
