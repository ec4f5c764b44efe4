"""The first answer is good for ever, as with lru_cache.

Seen in an issue of AWS's caching library (#27).
"""

import functools


@functools.lru_cache
def load(client, secret_name):
    try:
        return require(client, secret_name)
    except AbsentConfigError:
        return None
