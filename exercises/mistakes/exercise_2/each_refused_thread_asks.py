"""Each thread that is refused asks for itself, though another has just done so."""


class SecretCache(SecretCache):
    def _replacement(self, name, refused):
        return self.refresh(name)
