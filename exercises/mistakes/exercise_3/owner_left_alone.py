"""Nothing is done for the owner, since it acts as itself anyway."""


def prepare_user(connection, user, password, owner, right=prepare_user):
    if user != owner:
        right(connection, user, password, owner)
