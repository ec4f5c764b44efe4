"""A transaction block of psycopg, where none is open yet, commits at its end."""

_prepare_user = prepare_user


def prepare_user(connection, user, password, owner):
    with connection.transaction():
        _prepare_user(connection, user, password, owner)
