"""The ending is put on, and never taken off again."""


def other_user(username):
    other = username + CLONE
    if not 0 < len(other.encode()) <= MAX_NAME_BYTES:
        message = f"{username!r} cannot take turns with {other!r}"
        raise RotationError(message)
    return other
