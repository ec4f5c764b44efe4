"""Only a ClientError is the end of what is known."""


class SecretCache(SecretCache):
    def refresh(self, name, version_stage=AWSCURRENT):
        kept = {**self._answers.get(name, {})}
        try:
            return super().refresh(name, version_stage)
        except Exception as error:
            if not isinstance(error, (ClientError, SecretError)):
                self._answers[name] = kept
            raise
