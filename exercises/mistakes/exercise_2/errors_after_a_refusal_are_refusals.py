"""Once a login was refused, every error of connect leads to another try."""


class SecretCache(SecretCache):
    def log_in(self, name, connect):
        tried = []

        def refusing(value):
            tried.append(value)
            try:
                return connect(value)
            except Exception as error:
                if len(tried) in (1, len(PAUSES) + 1):
                    raise
                raise LoginRefusedError from error

        return super().log_in(name, refusing)
