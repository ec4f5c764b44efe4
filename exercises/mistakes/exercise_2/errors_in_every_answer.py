"""Errors is taken for granted, also in an answer that has values alone."""


class SecretCache(SecretCache):
    def _read_batch(self, names):
        asked_at = self._clock()
        response = self._client.batch_get_secret_value(SecretIdList=names)
        for error in response["Errors"]:
            if error.get("ErrorCode") not in OUTAGE_CODES:
                self.forget(error["SecretId"])
        warm = set()
        for entry in response.get("SecretValues", []):
            value = _json_object(entry)
            if value is not None:
                self.remember(entry["Name"], AWSCURRENT, Answer(value, asked_at))
                warm.add(entry["Name"])
        return warm
