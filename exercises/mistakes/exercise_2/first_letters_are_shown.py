"""The first letters of each text are shown, to tell one from another."""


class Shown(SecretDict):
    def __repr__(self):
        return str({key: item[:4] if isinstance(item, str) else "…" for key, item in self.items()})


class SecretCache(SecretCache):
    def refresh(self, name, version_stage=AWSCURRENT):
        value = super().refresh(name, version_stage)
        return None if value is None else Shown(value)
