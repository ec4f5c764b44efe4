"""One lock for everything, held while AWS is asked."""


class SecretCache(SecretCache):
    def once(self, key, call):
        with self.__dict__.setdefault("_one_lock", threading.RLock()):
            return super().once(key, call)
