"""As there is no new value, the refused one is tried again."""

from contextlib import suppress


class SecretCache(SecretCache):
    def log_in(self, name, connect):
        tried = []

        def remembering(value):
            tried.append(value)
            return connect(value)

        try:
            return super().log_in(name, remembering)
        except (ClientError, *NO_ANSWER):
            with suppress(LoginRefusedError):
                return connect(tried[-1])
            raise
