"""The length of the given name is checked, and not that of the other."""


def other_user(username):
    other = username.removesuffix(CLONE) if username.endswith(CLONE) else username + CLONE
    if not other or len(username.encode()) > MAX_NAME_BYTES:
        message = f"{username!r} cannot take turns with {other!r}"
        raise RotationError(message)
    return other
