"""A connection that is refused is an outage, and one that gives no answer is none."""


def _is_outage(error):
    if isinstance(error, ClientError):
        return error.response["Error"]["Code"] in OUTAGE_CODES
    return isinstance(error, NoConnectionError)
