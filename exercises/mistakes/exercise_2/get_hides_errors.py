"""An error of AWS is None for whoever reads.

Seen in Airflow (#19324).
"""


class SecretCache(SecretCache):
    def get(self, name, version_stage=AWSCURRENT):
        try:
            return super().get(name, version_stage)
        except ClientError:
            return None
