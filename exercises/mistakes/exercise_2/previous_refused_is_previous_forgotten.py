"""A refusal of AWSPREVIOUS is thought to say nothing of AWSCURRENT."""


class SecretCache(SecretCache):
    def refresh(self, name, version_stage=AWSCURRENT):
        kept = {**self._answers.get(name, {})}
        try:
            return super().refresh(name, version_stage)
        except Exception:
            if version_stage != AWSCURRENT and name not in self._answers:
                kept.pop(version_stage, None)
                self._answers[name] = kept
            raise
