"""What is called a password is masked, and all else is shown."""


class Shown(SecretDict):
    def __repr__(self):
        return str({key: "…" if key == "password" else item for key, item in self.items()})


class SecretCache(SecretCache):
    def refresh(self, name, version_stage=AWSCURRENT):
        value = super().refresh(name, version_stage)
        return None if value is None else Shown(value)
