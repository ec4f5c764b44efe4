"""The fields that AWSPENDING has are compared, and not those that it lacks."""


def pair(client, arn, token):
    pending = read(client, arn, AWSPENDING, token)
    current = read(client, arn, AWSCURRENT, pending.login[ROTATED_FROM])
    wanted = _other_login(current, pending.login["password"])
    if any(wanted.get(key) != value for key, value in pending.login.items()):
        message = f"{arn}: {AWSPENDING} is not what createSecret makes of {AWSCURRENT}"
        raise RotationError(message)
    return current, pending
