"""The Answer is returned, and not its value."""


class SecretCache(SecretCache):
    def refresh(self, name, version_stage=AWSCURRENT):
        super().refresh(name, version_stage)
        return self.recall(name, version_stage)
