"""Python's own ConnectionError is caught, which botocore never raises."""


def _is_outage(error):
    if isinstance(error, ClientError):
        return error.response["Error"]["Code"] in OUTAGE_CODES
    return isinstance(error, ConnectionError)
