"""After one outage AWS is not asked again, as if it stayed away for ever."""


class SecretCache(SecretCache):
    def refresh(self, name, version_stage=AWSCURRENT):
        if getattr(self, "_broken", None):
            raise self._broken
        try:
            return super().refresh(name, version_stage)
        except NO_ANSWER as error:
            self._broken = error
            raise
