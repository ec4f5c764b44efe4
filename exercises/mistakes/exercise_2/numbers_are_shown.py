"""Texts are masked, and a number is thought to be no secret."""


class Shown(SecretDict):
    def __repr__(self):
        return str({key: item if isinstance(item, int) else "…" for key, item in self.items()})


class SecretCache(SecretCache):
    def refresh(self, name, version_stage=AWSCURRENT):
        value = super().refresh(name, version_stage)
        return None if value is None else Shown(value)
