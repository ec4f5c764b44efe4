"""get raises for a missing secret, though None is promised."""


class SecretCache(SecretCache):
    def get(self, name, version_stage=AWSCURRENT):
        value = super().get(name, version_stage)
        if value is None:
            raise SecretError(name, "is not there")
        return value
