"""ResourceNotFoundException is taken for a missing secret alone. Seen in boto3 (#2794)."""


def _problem(client, secret_name, code):
    if code == ACCESS_DENIED:
        return ForbiddenConfigError(secret_name)
    return AbsentConfigError(secret_name) if code == NOT_FOUND else None
