"""The error is kept with the key, and raised until the program ends."""


class SecretCache(SecretCache):
    def get(self, name, version_stage=AWSCURRENT):
        errors = self.__dict__.setdefault("_errors", {})
        if (name, version_stage) in errors:
            raise errors[name, version_stage]
        try:
            return super().get(name, version_stage)
        except Exception as error:
            errors[name, version_stage] = error
            raise
