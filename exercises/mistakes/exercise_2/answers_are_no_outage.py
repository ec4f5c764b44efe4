"""An outage is where nobody answers; that AWS may answer "not now" is forgotten."""


def _is_outage(error):
    return isinstance(error, NO_ANSWER)
