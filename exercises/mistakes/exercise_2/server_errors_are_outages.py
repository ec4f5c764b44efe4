"""Every answer with a status of 500 or more is an outage, whatever its code."""


def _is_outage(error, right=_is_outage):
    answered = getattr(error, "response", {}).get("ResponseMetadata", {})
    return right(error) or answered.get("HTTPStatusCode", 400) >= 500
