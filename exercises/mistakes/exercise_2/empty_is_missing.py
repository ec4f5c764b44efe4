"""The lifetime depends on whether the value is truthy, and an empty object is not."""


class SecretCache(SecretCache):
    def recall(self, name, version_stage):
        answer = self._known(name, version_stage)
        if answer is None:
            return None
        lifetime = self._ttl_seconds if answer.value else self._missing_seconds
        return answer if self._age(answer) < lifetime else None
