"""The lock has a number of its own, whichever the secret."""


def take_lock(connection, arn):
    connection.execute("SELECT pg_advisory_xact_lock(42)")
