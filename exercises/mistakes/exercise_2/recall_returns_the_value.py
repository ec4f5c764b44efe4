"""The value is handed out in place of the Answer, so that a kept None looks like no answer."""


class SecretCache(SecretCache):
    def recall(self, name, version_stage):
        answer = super().recall(name, version_stage)
        return None if answer is None else answer.value
