"""Every value is made a str, as if secrets were environment variables."""


class SecretCache(SecretCache):
    def refresh(self, name, version_stage=AWSCURRENT):
        value = super().refresh(name, version_stage)
        if value is None:
            return None
        return SecretDict({key: str(item) for key, item in value.items()})
