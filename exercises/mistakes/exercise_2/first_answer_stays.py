"""setdefault keeps the first answer, and none after it."""


class SecretCache(SecretCache):
    def remember(self, name, version_stage, answer):
        self._answers.setdefault(name, {}).setdefault(version_stage, answer)
