"""What cannot be used is remembered as None, and so given out as missing."""


class SecretCache(SecretCache):
    def _read_batch(self, names):
        asked_at, warm = self._clock(), super()._read_batch(names)
        response = self._client.batch_get_secret_value(SecretIdList=names)
        for entry in response.get("SecretValues", []):
            if entry["Name"] not in warm:
                self.remember(entry["Name"], AWSCURRENT, Answer(None, asked_at))
        return warm
