"""Python's own hash makes the number, which is another one in each program."""


def take_lock(connection, arn):
    connection.execute("SELECT pg_advisory_xact_lock(%s)", [hash(arn)])
