"""The error object is kept, and raised again by every read.

Seen in AWS's caching library.
"""


class SecretCache(SecretCache):
    def refresh(self, name, version_stage=AWSCURRENT):
        self._errors = getattr(self, "_errors", {})
        if (name, version_stage) in self._errors:
            raise self._errors[name, version_stage]
        try:
            return super().refresh(name, version_stage)
        except ClientError as error:
            self._errors[name, version_stage] = error
            raise
