"""pg_try_advisory_xact_lock says whether it got the lock, and nobody listens."""


def take_lock(connection, arn):
    connection.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [arn])
