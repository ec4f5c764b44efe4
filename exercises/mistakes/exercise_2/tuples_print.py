"""Arrays are made tuples, whose repr prints every value."""


class SecretCache(SecretCache):
    def refresh(self, name, version_stage=AWSCURRENT):
        asked_at = self._clock()
        value = _with_tuples(get_secret(self._client, name, version_stage))
        self.remember(name, version_stage, Answer(value, asked_at))
        return value


def _with_tuples(value):
    if isinstance(value, dict):
        return SecretDict({key: _with_tuples(item) for key, item in value.items()})
    return tuple(map(_with_tuples, value)) if isinstance(value, list) else value
