"""All that is unusable in a batch is called "not JSON"."""


def _found(entry, right=_found):
    found = right(entry)
    if isinstance(found, SecretError):
        return UnusableConfigError(entry["Name"], "not JSON")
    return found
