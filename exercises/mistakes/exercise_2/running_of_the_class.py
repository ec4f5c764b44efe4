"""The calls under way are the class's, and so those of every cache in the program."""

running = {}


class SecretCache(SecretCache):
    def __init__(self, client, **options):
        super().__init__(client, **options)
        self._running = running
