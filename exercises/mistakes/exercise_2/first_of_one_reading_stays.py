"""Only a strictly later question replaces an answer, and a coarse clock ticks seldom."""


class SecretCache(SecretCache):
    def remember(self, name, version_stage, answer):
        known = self._known(name, version_stage)
        if known is None or known.asked_at < answer.asked_at:
            self._answers.setdefault(name, {})[version_stage] = answer
