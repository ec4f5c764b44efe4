"""The loop ends, and so does the method, with None."""


class SecretCache(SecretCache):
    def log_in(self, name, connect):
        try:
            return super().log_in(name, connect)
        except LoginRefusedError:
            return None
