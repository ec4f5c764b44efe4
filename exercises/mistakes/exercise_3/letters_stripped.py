"""str.rstrip is taken for str.removesuffix."""


def other_user(username):
    other = username.rstrip(CLONE) if username.endswith(CLONE) else username + CLONE
    if not 0 < len(other.encode()) <= MAX_NAME_BYTES:
        message = f"{username!r} cannot take turns with {other!r}"
        raise RotationError(message)
    return other
