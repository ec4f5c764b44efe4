"""Only AccessDeniedException is a refusal, and all other codes are an outage."""


def _is_outage(error):
    if isinstance(error, ClientError):
        return error.response["Error"]["Code"] != "AccessDeniedException"
    return isinstance(error, NO_ANSWER)
