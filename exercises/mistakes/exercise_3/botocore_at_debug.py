"""botocore's log is turned up to DEBUG, which has every value in it.

Seen in boto3 (#2292) and botocore (#2626).
"""

import logging

_create_secret = create_secret


def create_secret(client, arn, token):
    log = logging.getLogger("botocore")
    log.setLevel(logging.DEBUG)
    _create_secret(client, arn, token)
    log.setLevel(logging.INFO)
