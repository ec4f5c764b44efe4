"""A batch's Errors are thought to be about this call only."""


class SecretCache(SecretCache):
    def _read_batch(self, names):
        asked_at, warm = self._clock(), set()
        response = self._client.batch_get_secret_value(SecretIdList=names)
        for entry in response.get("SecretValues", []):
            value = _json_object(entry)
            if value is not None:
                self.remember(entry["Name"], AWSCURRENT, Answer(value, asked_at))
                warm.add(entry["Name"])
        return warm
