"""The new value is read past the cache: every login begins with the refused one."""


class SecretCache(SecretCache):
    def _replacement(self, name, refused):
        return get_secret(self._client, name)
