"""Whoever finds the lock taken is told that there is no such secret."""


class SecretCache(SecretCache):
    def get(self, name, version_stage=AWSCURRENT):
        answer = self.recall(name, version_stage)
        if answer is not None:
            return answer.value
        lock = self.__dict__.setdefault("_one_lock", threading.Lock())
        if not lock.acquire(blocking=False):
            return None
        try:
            return self.refresh(name, version_stage)
        finally:
            lock.release()
