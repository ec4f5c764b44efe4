"""MappingProxyType is read-only, and its repr prints every value."""

import copy
from types import MappingProxyType


class SecretCache(SecretCache):
    def refresh(self, name, version_stage=AWSCURRENT):
        value = super().refresh(name, version_stage)
        return None if value is None else MappingProxyType(copy.deepcopy(value))
