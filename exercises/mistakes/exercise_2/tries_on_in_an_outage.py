"""In an outage the refused value is tried again, until the account is locked."""


class SecretCache(SecretCache):
    def _replacement(self, name, refused):
        try:
            return super()._replacement(name, refused)
        except NO_ANSWER:
            return refused
