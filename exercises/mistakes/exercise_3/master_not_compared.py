"""Whatever names the database is compared, and the master is not."""


def pair(client, arn, token):
    pending = read(client, arn, AWSPENDING, token)
    current = read(client, arn, AWSCURRENT, pending.login[ROTATED_FROM])
    wanted = _other_login(current, pending.login["password"])
    if any(
        pending.login.get(key) != wanted.get(key) for key in ("username", "host", "port", "dbname")
    ):
        message = f"{arn}: {AWSPENDING} is not what createSecret makes of {AWSCURRENT}"
        raise RotationError(message)
    return current, pending
