"""Every error of botocore is an outage, but for the one that was thought of."""

from botocore.exceptions import BotoCoreError, NoCredentialsError


def _is_outage(error, right=_is_outage):
    return right(error) or (
        isinstance(error, BotoCoreError) and not isinstance(error, NoCredentialsError)
    )


class SecretCache(SecretCache):
    def get_or_stale(self, name, version_stage=AWSCURRENT):
        try:
            return super().get_or_stale(name, version_stage)
        except BotoCoreError as error:
            known = self._known(name, version_stage)
            if not _is_outage(error) or known is None or known.value is None:
                raise
            if self._age(known) >= self._stale_seconds:
                raise
            return known.value
