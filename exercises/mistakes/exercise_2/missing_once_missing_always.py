"""Whatever was missing once is taken for missing, without another look."""


class SecretCache(SecretCache):
    def get(self, name, version_stage=AWSCURRENT):
        missing = self.__dict__.setdefault("_missing", set())
        value = super().get(name, version_stage)
        if value is None:
            missing.add((name, version_stage))
        return None if (name, version_stage) in missing else value
