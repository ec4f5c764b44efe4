"""The lifetimes are constants, whatever a program hands in."""


class SecretCache(SecretCache):
    def __init__(self, client, *, clock=time.monotonic, sleep=time.sleep, **_):
        super().__init__(client, clock=clock, sleep=sleep)
