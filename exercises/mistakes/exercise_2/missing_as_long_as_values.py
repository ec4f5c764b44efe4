"""One TTL for all: a secret that was just created stays missing for five minutes."""


class SecretCache(SecretCache):
    def recall(self, name, version_stage):
        answer = self._known(name, version_stage)
        return answer if answer and self._age(answer) < self._ttl_seconds else None
