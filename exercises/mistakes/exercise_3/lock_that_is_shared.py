"""A shared lock is taken, which any number of sessions hold at once."""


def take_lock(connection, arn):
    connection.execute("SELECT pg_advisory_xact_lock_shared(hashtextextended(%s, 0))", [arn])
