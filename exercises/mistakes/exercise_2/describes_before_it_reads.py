"""DescribeSecret is asked first whether there is something to read: two calls, and a race."""

from contextlib import suppress


class SecretCache(SecretCache):
    def refresh(self, name, version_stage=AWSCURRENT):
        with suppress(ClientError):
            self._client.describe_secret(SecretId=name)
        return super().refresh(name, version_stage)
