"""After a refusal get is called, which finds the refused value fresh."""


class SecretCache(SecretCache):
    def _replacement(self, name, refused):
        return self.get(name)
