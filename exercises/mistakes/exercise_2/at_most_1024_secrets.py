"""There is room for 1,024 secrets, and the oldest makes way."""


class SecretCache(SecretCache):
    def remember(self, name, version_stage, answer):
        super().remember(name, version_stage, answer)
        if len(self._answers) > 1024:
            del self._answers[next(iter(self._answers))]
