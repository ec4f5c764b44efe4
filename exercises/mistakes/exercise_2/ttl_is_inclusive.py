"""An answer is fresh up to the TTL and at it."""


class SecretCache(SecretCache):
    def recall(self, name, version_stage):
        answer = self._known(name, version_stage)
        if answer is None:
            return None
        lifetime = self._missing_seconds if answer.value is None else self._ttl_seconds
        return answer if self._age(answer) <= lifetime else None
