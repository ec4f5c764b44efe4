"""The value is protected on its way out, and the unprotected one is kept for all others."""

import copy


class SecretCache(SecretCache):
    def refresh(self, name, version_stage=AWSCURRENT):
        asked_at = self._clock()
        value = get_secret(self._client, name, version_stage)
        plain = None if value is None else copy.deepcopy(value)
        self.remember(name, version_stage, Answer(plain, asked_at))
        return value
