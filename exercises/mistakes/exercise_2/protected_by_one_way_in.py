"""What is inside of an object is protected where it is read by [], and by no other way."""

from secrets_manager.values import SecretList


def _frozen(value):
    if isinstance(value, dict):
        return Frozen(value)
    return SecretList(map(_frozen, value)) if isinstance(value, list) else value


class Frozen(dict):
    __repr__ = object.__repr__

    def __getitem__(self, key):
        return _frozen(super().__getitem__(key))

    def _refuse(self, *args, **kwargs):
        raise TypeError

    __setitem__ = __delitem__ = __ior__ = clear = pop = popitem = setdefault = update = _refuse


class SecretCache(SecretCache):
    def refresh(self, name, version_stage=AWSCURRENT):
        asked_at = self._clock()
        value = get_secret(self._client, name, version_stage)
        value = None if value is None else _frozen(json.loads(json.dumps(value)))
        self.remember(name, version_stage, Answer(value, asked_at))
        return value
