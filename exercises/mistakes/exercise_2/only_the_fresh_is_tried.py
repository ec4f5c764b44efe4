"""What AWS has just said is tried only where memory still has it as fresh."""


class SecretCache(SecretCache):
    def _replacement(self, name, refused):
        super()._replacement(name, refused)
        answer = self.recall(name, AWSCURRENT)
        return None if answer is None else answer.value
