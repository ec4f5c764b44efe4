"""Whatever is older than stale_seconds makes room, also what is still fresh."""


class SecretCache(SecretCache):
    def remember(self, name, version_stage, answer):
        super().remember(name, version_stage, answer)
        for answers in self._answers.values():
            for label, each in [*answers.items()]:
                if self._age(each) > self._stale_seconds:
                    del answers[label]
