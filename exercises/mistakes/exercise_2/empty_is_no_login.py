"""`if not value:` takes an empty object for a missing secret."""


def _existing(name, value):
    if not value:
        raise SecretError(name, "there is no such secret to log in with")
    return value
