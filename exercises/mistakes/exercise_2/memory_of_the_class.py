"""The dict is an attribute of the class, and all caches of the program share it."""


class SecretCache(SecretCache):
    _shared = {}  # noqa: RUF012

    def __init__(self, client, **options):
        super().__init__(client, **options)
        self._answers = self._shared
