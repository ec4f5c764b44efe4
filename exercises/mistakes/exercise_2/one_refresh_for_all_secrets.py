"""Refreshes of refused logins share one lock, so that a rotation of one secret holds up all.

Seen where one global lock is held during the network call.
"""


class SecretCache(SecretCache):
    def _replacement(self, name, refused):
        return self.once(("refresh", AWSCURRENT), lambda: self.refresh(name))
