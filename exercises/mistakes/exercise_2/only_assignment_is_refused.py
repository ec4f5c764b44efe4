"""A subclass of dict that refuses assignment, and forgets del, update, pop and the others."""


class SecretCache(SecretCache):
    def refresh(self, name, version_stage=AWSCURRENT):
        asked_at = self._clock()
        value = _frozen(get_secret(self._client, name, version_stage))
        self.remember(name, version_stage, Answer(value, asked_at))
        return value


class Frozen(dict):
    __repr__ = object.__repr__

    def __setitem__(self, key, value):
        raise TypeError


def _frozen(value):
    return Frozen(value) if isinstance(value, dict) else value
