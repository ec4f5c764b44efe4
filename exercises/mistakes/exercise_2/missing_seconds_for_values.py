"""One lifetime for all, and it is the short one that is meant for missing secrets."""


class SecretCache(SecretCache):
    def recall(self, name, version_stage):
        answer = self._known(name, version_stage)
        if answer is None or self._age(answer) >= self._missing_seconds:
            return None
        return answer
