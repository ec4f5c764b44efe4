"""Nothing is done for the owner, since it acts as itself anyway."""

_prepare_user = prepare_user


def prepare_user(connection, user, password, owner):
    if user != owner:
        _prepare_user(connection, user, password, owner)
