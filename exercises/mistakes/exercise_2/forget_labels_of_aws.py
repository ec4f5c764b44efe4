"""The three labels that AWS gives are forgotten, and none that programs make up."""


class SecretCache(SecretCache):
    def forget(self, name):
        for label in ("AWSCURRENT", "AWSPREVIOUS", "AWSPENDING"):
            self._answers.get(name, {}).pop(label, None)
