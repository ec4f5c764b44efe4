"""A deleted secret can be restored, so its value is served as in an outage."""


def _is_outage(error):
    if isinstance(error, ClientError):
        return error.response["Error"]["Code"] in {*OUTAGE_CODES, "InvalidRequestException"}
    return isinstance(error, NO_ANSWER)
