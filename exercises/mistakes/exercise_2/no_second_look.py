"""Between the look and the turn another thread's answer comes, and AWS is asked once more."""


class SecretCache(SecretCache):
    def get(self, name, version_stage=AWSCURRENT):
        answer = self.recall(name, version_stage)
        if answer is not None:
            return answer.value
        return self.once((name, version_stage), lambda: self.refresh(name, version_stage))
