"""Three errors of the network that everybody has met are listed, and the others forgotten."""

from botocore.exceptions import ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError


def _is_outage(error):
    if isinstance(error, ClientError):
        return error.response["Error"]["Code"] in OUTAGE_CODES
    return isinstance(error, (EndpointConnectionError, ConnectTimeoutError, ReadTimeoutError))
