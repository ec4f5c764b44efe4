"""A missing secret is an empty dict, so that callers need not ask."""


class SecretCache(SecretCache):
    def refresh(self, name, version_stage=AWSCURRENT):
        return super().refresh(name, version_stage) or {}
