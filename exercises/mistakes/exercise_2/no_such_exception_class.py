"""The client has no AccessDeniedException: looking for it is an AttributeError.

Seen in Airflow (#24773).
"""


class SecretCache(SecretCache):
    def refresh(self, name, version_stage=AWSCURRENT):
        try:
            return super().refresh(name, version_stage)
        except self._client.exceptions.AccessDeniedException:
            self.forget(name)
            raise
