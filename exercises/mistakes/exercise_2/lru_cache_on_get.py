"""lru_cache knows no time: the program never sees a rotation.

Seen in AWS's caching library (#27).
"""

import functools


class SecretCache(SecretCache):
    @functools.lru_cache  # noqa: B019
    def get(self, name, version_stage=AWSCURRENT):
        return super().get(name, version_stage)
