"""AWSPENDING is read, too, which a rotation may yet throw away."""


class SecretCache(SecretCache):
    def _replacement(self, name, refused):
        self.refresh(name, "AWSPENDING")
        return super()._replacement(name, refused)
