"""AccessDeniedException is told as any other code."""


def _reported(client, error):
    name, code = error["SecretId"], error["ErrorCode"]
    found = _problem(client, name, code) if code == NOT_FOUND else None
    return found or UnreadConfigError(name, code)
