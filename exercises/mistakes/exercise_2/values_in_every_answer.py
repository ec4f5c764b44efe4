"""SecretValues is taken for granted, also in an answer that reports errors alone."""


class SecretCache(SecretCache):
    def _read_batch(self, names):
        asked_at = self._clock()
        response = self._client.batch_get_secret_value(SecretIdList=names)
        for error in response.get("Errors", []):
            if error.get("ErrorCode") not in OUTAGE_CODES:
                self.forget(error["SecretId"])
        values = {entry["Name"]: _json_object(entry) for entry in response["SecretValues"]}
        warm = {name for name, value in values.items() if value is not None}
        for name in warm:
            self.remember(name, AWSCURRENT, Answer(values[name], asked_at))
        return warm
