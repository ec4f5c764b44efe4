"""The other name may be empty."""


def other_user(username):
    other = username.removesuffix(CLONE) if username.endswith(CLONE) else username + CLONE
    if len(other.encode()) > MAX_NAME_BYTES:
        message = f"{username!r} cannot take turns with {other!r}"
        raise RotationError(message)
    return other
