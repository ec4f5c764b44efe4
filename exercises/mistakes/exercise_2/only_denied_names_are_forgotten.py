"""Only AccessDeniedException is looked for among a batch's Errors."""


class SecretCache(SecretCache):
    def _read_batch(self, names):
        asked_at, warm = self._clock(), set()
        response = self._client.batch_get_secret_value(SecretIdList=names)
        for error in response.get("Errors", []):
            if error["ErrorCode"] == "AccessDeniedException":
                self.forget(error["SecretId"])
        for entry in response.get("SecretValues", []):
            value = _json_object(entry)
            if value is not None:
                self.remember(entry["Name"], AWSCURRENT, Answer(value, asked_at))
                warm.add(entry["Name"])
        return warm
