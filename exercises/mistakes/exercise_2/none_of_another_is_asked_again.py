"""That another thread heard of no such secret is taken for nothing heard."""


class SecretCache(SecretCache):
    def _replacement(self, name, refused):
        value = super()._replacement(name, refused)
        return self.refresh(name) if value is None else value
