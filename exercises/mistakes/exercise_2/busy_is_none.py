"""Whoever finds the lock taken goes away with None."""


class SecretCache(SecretCache):
    def once(self, key, call):
        lock = self.__dict__.setdefault("_one_lock", threading.Lock())
        if not lock.acquire(blocking=False):
            return None
        try:
            return super().once(key, call)
        finally:
            lock.release()
