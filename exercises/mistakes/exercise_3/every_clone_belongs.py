"""Whatever ends in _clone takes turns with whatever does not."""


def pair(client, arn, token):
    pending = read(client, arn, AWSPENDING, token)
    current = read(client, arn, AWSCURRENT, pending.login[ROTATED_FROM])
    wanted = _other_login(current, pending.login["password"])
    if pending.login["username"].endswith(CLONE) == current.login["username"].endswith(
        CLONE
    ) or any(
        pending.login.get(key) != wanted.get(key)
        for key in {*pending.login, *wanted} - {"username"}
    ):
        message = f"{arn}: {AWSPENDING} is not what createSecret makes of {AWSCURRENT}"
        raise RotationError(message)
    return current, pending
