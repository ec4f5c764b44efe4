"""pg_advisory_lock holds on until the session ends, whatever becomes of the transaction."""


def take_lock(connection, arn):
    connection.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [arn])
