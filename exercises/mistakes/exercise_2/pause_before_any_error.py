"""First the pause, then the question which error it was."""


class SecretCache(SecretCache):
    def log_in(self, name, connect):
        try:
            return super().log_in(name, connect)
        except Exception as error:
            if not isinstance(error, (LoginRefusedError, SecretError, ClientError)):
                self._sleep(PAUSES[0])
            raise
