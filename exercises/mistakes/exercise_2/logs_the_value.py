"""What AWS answered is logged as it is.

Seen in Amplify's CI (#133 and #134).
"""

import logging


class SecretCache(SecretCache):
    def refresh(self, name, version_stage=AWSCURRENT):
        value = super().refresh(name, version_stage)
        logging.getLogger(__name__).info("refreshed %s: %s", name, dict(value or {}))
        return value
