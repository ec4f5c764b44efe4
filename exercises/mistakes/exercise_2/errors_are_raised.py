"""One name's error is raised, and the others are lost with it."""


class SecretCache(SecretCache):
    def _read_batch(self, names):
        warm = super()._read_batch(names)
        response = self._client.batch_get_secret_value(SecretIdList=names)
        for error in response.get("Errors", []):
            raise SecretError(error["SecretId"], error["ErrorCode"])
        return warm
