"""A name that has the ending somewhere in it is taken for a clone's."""


def other_user(username):
    other = username.replace(CLONE, "") if CLONE in username else username + CLONE
    if not 0 < len(other.encode()) <= MAX_NAME_BYTES:
        message = f"{username!r} cannot take turns with {other!r}"
        raise RotationError(message)
    return other
