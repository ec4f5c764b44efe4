"""The secret is refreshed before every login, to be on the safe side."""

from contextlib import suppress


class SecretCache(SecretCache):
    def log_in(self, name, connect):
        with suppress(*NO_ANSWER):
            self.refresh(name)
        return super().log_in(name, connect)
