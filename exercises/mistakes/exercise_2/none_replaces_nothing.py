"""A value is never replaced by None, so that a deleted secret lives on."""


class SecretCache(SecretCache):
    def remember(self, name, version_stage, answer):
        if answer.value is not None or self._known(name, version_stage) is None:
            super().remember(name, version_stage, answer)
