"""The moment a TTL ends, every thread asks."""


class SecretCache(SecretCache):
    def get(self, name, version_stage=AWSCURRENT):
        answer = self.recall(name, version_stage)
        return self.refresh(name, version_stage) if answer is None else answer.value
