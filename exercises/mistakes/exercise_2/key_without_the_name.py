"""The label alone is the key, as if a program had one secret."""


class SecretCache(SecretCache):
    def remember(self, name, version_stage, answer):
        self._answers.setdefault("", {})[version_stage] = answer

    def _known(self, name, version_stage):
        return self._answers.get("", {}).get(version_stage)
