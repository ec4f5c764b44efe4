"""A user that exists is left as it is, with the password of two rotations ago."""


def prepare_user(connection, user, password, owner, right=prepare_user):
    exists = connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [user]).rowcount
    if exists and user != owner:
        _join(connection, user, owner)
    else:
        right(connection, user, password, owner)
