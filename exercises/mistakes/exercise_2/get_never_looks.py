"""What is read is remembered, and nobody looks."""


class SecretCache(SecretCache):
    def get(self, name, version_stage=AWSCURRENT):
        return self.once((name, version_stage), lambda: self.refresh(name, version_stage))
