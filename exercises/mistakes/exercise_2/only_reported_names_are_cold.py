"""Cold is what AWS reports an error for, and what it is silent about is thought warm."""


class SecretCache(SecretCache):
    def warm_up(self, names):
        cold = []
        wanted = [name for name in dict.fromkeys(names) if self.recall(name, AWSCURRENT) is None]
        for start in range(0, len(wanted), BATCH_SIZE):
            batch = wanted[start : start + BATCH_SIZE]
            response = self._client.batch_get_secret_value(SecretIdList=batch)
            cold += [error["SecretId"] for error in response.get("Errors", [])]
            cold += [
                entry["Name"] for entry in response["SecretValues"] if _json_object(entry) is None
            ]
            self._read_batch(batch)
        return [name for name in wanted if name in cold]
