"""A transaction block of psycopg, where none is open yet, commits at its end."""


def prepare_user(connection, user, password, owner, right=prepare_user):
    with connection.transaction():
        right(connection, user, password, owner)
