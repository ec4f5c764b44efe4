"""The lock is taken in a transaction block of psycopg, at whose end it is let go."""


def take_lock(connection, arn, right=take_lock):
    with connection.transaction():
        right(connection, arn)
