"""The error shows the two logins that differ, with their passwords."""


def pair(client, arn, token):
    pending = read(client, arn, AWSPENDING, token)
    current = read(client, arn, AWSCURRENT, pending.login[ROTATED_FROM])
    if pending.login != _other_login(current, pending.login["password"]):
        message = f"{arn}: {dict(pending.login)} is not of {dict(current.login)}"
        raise RotationError(message)
    return current, pending
