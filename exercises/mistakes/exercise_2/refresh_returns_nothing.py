"""The value is remembered, and not returned."""


class SecretCache(SecretCache):
    def refresh(self, name, version_stage=AWSCURRENT):
        super().refresh(name, version_stage)
