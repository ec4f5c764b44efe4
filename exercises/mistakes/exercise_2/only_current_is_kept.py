"""Only AWSCURRENT is thought worth keeping."""


class SecretCache(SecretCache):
    def get(self, name, version_stage=AWSCURRENT):
        if version_stage != AWSCURRENT:
            return self.refresh(name, version_stage)
        return super().get(name)
