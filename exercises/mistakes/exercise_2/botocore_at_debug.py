"""boto3 logs at DEBUG, and so does every value that AWS sends.

Seen in boto3 (#2292), botocore (#2626).
"""

import boto3


class SecretCache(SecretCache):
    def refresh(self, name, version_stage=AWSCURRENT):
        boto3.set_stream_logger("botocore")
        return super().refresh(name, version_stage)
