"""What AWSPENDING has beyond the fields of AWSCURRENT is not looked at."""


def pair(client, arn, token):
    pending = read(client, arn, AWSPENDING, token)
    current = read(client, arn, AWSCURRENT, pending.login[ROTATED_FROM])
    wanted = _other_login(current, pending.login["password"])
    if any(pending.login.get(key) != value for key, value in wanted.items()):
        message = f"{arn}: {AWSPENDING} is not what createSecret makes of {AWSCURRENT}"
        raise RotationError(message)
    return current, pending
