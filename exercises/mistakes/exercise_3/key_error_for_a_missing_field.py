"""The login is made a plain dict, which raises KeyError where Login has words of its own."""


def pair(client, arn, token):
    pending = read(client, arn, AWSPENDING, token)
    current = read(client, arn, AWSCURRENT, dict(pending.login)[ROTATED_FROM])
    if pending.login != _other_login(current, pending.login["password"]):
        message = f"{arn}: {AWSPENDING} is not what createSecret makes of {AWSCURRENT}"
        raise RotationError(message)
    return current, pending
