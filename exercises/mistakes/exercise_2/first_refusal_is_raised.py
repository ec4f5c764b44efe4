"""The first refusal is kept, and raised when all tries have failed."""


class SecretCache(SecretCache):
    def log_in(self, name, connect):
        refusals = []

        def remembering(value):
            try:
                return connect(value)
            except LoginRefusedError as refusal:
                refusals.append(refusal)
                raise

        try:
            return super().log_in(name, remembering)
        except LoginRefusedError:
            raise refusals[0] from None
