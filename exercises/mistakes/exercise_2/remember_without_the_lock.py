"""A look, a comparison and an assignment, and no lock around the three."""


class SecretCache(SecretCache):
    def remember(self, name, version_stage, answer):
        answers = self._answers.setdefault(name, {})
        known = answers.get(version_stage)
        if known is None or known.asked_at <= answer.asked_at:
            answers[version_stage] = answer
