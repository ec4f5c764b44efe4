"""The cached dict itself is handed out: a caller that pops the password takes it from all."""

import copy


class SecretCache(SecretCache):
    def refresh(self, name, version_stage=AWSCURRENT):
        asked_at = self._clock()
        value = get_secret(self._client, name, version_stage)
        value = None if value is None else copy.deepcopy(value)
        self.remember(name, version_stage, Answer(value, asked_at))
        return value
