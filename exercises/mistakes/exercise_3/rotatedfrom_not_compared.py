"""AWSCURRENT is read as it is now, and rotatedfrom is left out when the two are compared."""


def pair(client, arn, token):
    pending = read(client, arn, AWSPENDING, token)
    current = read(client, arn)
    wanted = _other_login(current, pending.login["password"])
    if any(
        pending.login.get(key) != wanted.get(key)
        for key in {*pending.login, *wanted} - {ROTATED_FROM}
    ):
        message = f"{arn}: {AWSPENDING} is not what createSecret makes of {AWSCURRENT}"
        raise RotationError(message)
    return current, pending
