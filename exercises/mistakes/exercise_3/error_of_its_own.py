"""The lock is tried once, without waiting, and an error of another kind is raised."""


def take_lock(connection, arn):
    taken = connection.execute(
        "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [arn]
    ).fetchone()
    if taken != (True,):
        message = f"{arn}: another rotation is at work"
        raise RotationError(message)
