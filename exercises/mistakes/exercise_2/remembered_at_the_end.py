"""Everything is collected first, and remembered at the end, which an error prevents."""


class SecretCache(SecretCache):
    def warm_up(self, names):
        remember, kept = self.remember, []
        self.remember = lambda *answer: kept.append(answer)
        try:
            cold = super().warm_up(names)
        finally:
            del self.remember
        for answer in kept:
            remember(*answer)
        return cold
