"""A name that is given twice is asked for twice."""


class SecretCache(SecretCache):
    def warm_up(self, names):
        wanted = [name for name in names if self.recall(name, AWSCURRENT) is None]
        warm = set()
        for start in range(0, len(wanted), BATCH_SIZE):
            warm |= self._read_batch(wanted[start : start + BATCH_SIZE])
        return [name for name in dict.fromkeys(wanted) if name not in warm]
