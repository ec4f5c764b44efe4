"""The length is counted in characters; PostgreSQL counts bytes."""


def other_user(username):
    other = username.removesuffix(CLONE) if username.endswith(CLONE) else username + CLONE
    if not 0 < len(other) <= MAX_NAME_BYTES:
        message = f"{username!r} cannot take turns with {other!r}"
        raise RotationError(message)
    return other
