"""What is missing is not remembered: 100 reads are 100 calls.

Seen in DataHub (#17016).
"""


class SecretCache(SecretCache):
    def recall(self, name, version_stage):
        answer = super().recall(name, version_stage)
        return answer if answer is not None and answer.value is not None else None
