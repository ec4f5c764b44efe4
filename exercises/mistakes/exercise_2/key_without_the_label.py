"""The name alone is the key, so that AWSPREVIOUS is answered with AWSCURRENT."""


class SecretCache(SecretCache):
    def remember(self, name, version_stage, answer):
        super().remember(name, AWSCURRENT, answer)

    def recall(self, name, version_stage):
        return super().recall(name, AWSCURRENT)
