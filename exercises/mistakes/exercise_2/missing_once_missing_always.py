"""What was missing once is never asked for again."""


class SecretCache(SecretCache):
    def get(self, name, version_stage=AWSCURRENT):
        missing = self.__dict__.setdefault("_missing", set())
        if (name, version_stage) in missing:
            return None
        value = super().get(name, version_stage)
        if value is None:
            missing.add((name, version_stage))
        return value
