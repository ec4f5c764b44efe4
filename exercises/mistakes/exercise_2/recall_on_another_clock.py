"""Ages are counted on the machine's clock, which is a monotonic one, too."""


class SecretCache(SecretCache):
    def _age(self, answer):
        return time.monotonic() - answer.asked_at
