"""A field that is null and one that is not there are taken for the same."""


def pair(client, arn, token):
    pending = read(client, arn, AWSPENDING, token)
    current = read(client, arn, AWSCURRENT, pending.login[ROTATED_FROM])
    wanted = _other_login(current, pending.login["password"])
    if any(pending.login.get(key) != wanted.get(key) for key in {*pending.login, *wanted}):
        message = f"{arn}: {AWSPENDING} is not what createSecret makes of {AWSCURRENT}"
        raise RotationError(message)
    return current, pending
