"""The key of the call is the name, so that AWSPREVIOUS waits for AWSCURRENT."""


class SecretCache(SecretCache):
    def get(self, name, version_stage=AWSCURRENT):
        with self.__dict__.setdefault("_locks", {}).setdefault(name, threading.RLock()):
            return super().get(name, version_stage)
