"""The last refusal becomes an error about the secret, which is not at fault."""


class SecretCache(SecretCache):
    def log_in(self, name, connect):
        try:
            return super().log_in(name, connect)
        except LoginRefusedError as error:
            raise SecretError(name, "is refused") from error
