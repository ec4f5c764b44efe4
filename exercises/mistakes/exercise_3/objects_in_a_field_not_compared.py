"""Fields are compared, but for those that hold an object or an array."""


def pair(client, arn, token):
    pending = read(client, arn, AWSPENDING, token)
    current = read(client, arn, AWSCURRENT, pending.login[ROTATED_FROM])
    wanted = _other_login(current, pending.login["password"])
    plain = {key for key, item in wanted.items() if not isinstance(item, (dict, list))}
    if pending.login.keys() != wanted.keys() or any(pending.login[k] != wanted[k] for k in plain):
        message = f"{arn}: {AWSPENDING} is not what createSecret makes of {AWSCURRENT}"
        raise RotationError(message)
    return current, pending
