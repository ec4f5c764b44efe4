"""AWSPENDING is read without a look at whose version it is."""


def pair(client, arn, token):
    pending = read(client, arn, AWSPENDING)
    current = read(client, arn, AWSCURRENT, pending.login[ROTATED_FROM])
    if pending.login != _other_login(current, pending.login["password"]):
        message = f"{arn}: {AWSPENDING} is not what createSecret makes of {AWSCURRENT}"
        raise RotationError(message)
    return current, pending
