"""get returns an empty dict where there is nothing."""


class SecretCache(SecretCache):
    def get(self, name, version_stage=AWSCURRENT):
        return super().get(name, version_stage) or {}
