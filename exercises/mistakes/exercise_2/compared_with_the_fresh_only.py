"""An answer that is not fresh any more is no answer to compare with."""


class SecretCache(SecretCache):
    def remember(self, name, version_stage, answer):
        known = self.recall(name, version_stage)
        if known is None or known.asked_at <= answer.asked_at:
            self._answers.setdefault(name, {})[version_stage] = answer
