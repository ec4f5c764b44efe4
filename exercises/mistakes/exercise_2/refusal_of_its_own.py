"""A refusal that says how often it was tried, in place of the one that says why."""


class SecretCache(SecretCache):
    def log_in(self, name, connect):
        try:
            return super().log_in(name, connect)
        except LoginRefusedError as error:
            raise LoginRefusedError(f"{name}: refused {len(PAUSES) + 1} times") from error
