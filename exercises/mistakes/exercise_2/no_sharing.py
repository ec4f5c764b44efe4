"""No lock at all: every thread that misses asks, which is a stampede."""


class SecretCache(SecretCache):
    def once(self, key, call):
        return call()
