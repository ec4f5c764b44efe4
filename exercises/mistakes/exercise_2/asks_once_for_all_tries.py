"""One refresh, and then the same value again and again."""


class SecretCache(SecretCache):
    def _replacement(self, name, refused):
        asked = self.__dict__.setdefault("_asked", [])
        asked.append(name)
        return refused if len(asked) % 2 == 0 else super()._replacement(name, refused)
