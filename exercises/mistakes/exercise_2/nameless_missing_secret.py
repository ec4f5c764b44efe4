"""The error for a missing secret does not say which one is missing."""


def _existing(name, value):
    if value is None:
        raise SecretError("", "there is no such secret")
    return value
