"""botocore's log is turned up to DEBUG, which has every value in it.

Seen in boto3 (#2292) and botocore (#2626).
"""

import logging


def create_secret(client, arn, token, right=create_secret):
    log = logging.getLogger("botocore")
    log.setLevel(logging.DEBUG)
    right(client, arn, token)
    log.setLevel(logging.INFO)
