"""Whatever connect raises is a refused login."""


class SecretCache(SecretCache):
    def log_in(self, name, connect):
        def refusing(value):
            try:
                return connect(value)
            except Exception as error:
                raise LoginRefusedError from error

        return super().log_in(name, refusing)
