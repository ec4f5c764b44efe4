"""Throttling is thought to be the caller's fault, and the known value is not served."""


def _is_outage(error):
    if isinstance(error, ClientError):
        return error.response["Error"]["Code"] in OUTAGE_CODES - {"ThrottlingException"}
    return isinstance(error, NO_ANSWER)
