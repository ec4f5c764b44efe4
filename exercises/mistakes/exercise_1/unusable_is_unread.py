"""What cannot be parsed is told as if AWS had not read it."""


def _found(entry, right=_found):
    found = right(entry)
    if isinstance(found, SecretError):
        return UnreadConfigError(entry["Name"], found.reason)
    return found
