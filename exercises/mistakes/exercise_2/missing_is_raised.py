"""A missing secret is an error here, and None elsewhere."""


class SecretCache(SecretCache):
    def get_or_stale(self, name, version_stage=AWSCURRENT):
        value = super().get_or_stale(name, version_stage)
        if value is None:
            raise SecretError(name, "is not there")
        return value
