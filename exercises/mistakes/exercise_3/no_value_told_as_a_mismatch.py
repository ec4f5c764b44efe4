"""Every reason is told as one and the same RotationError."""

_pair = pair


def pair(client, arn, token):
    try:
        return _pair(client, arn, token)
    except RotationError:
        pass
    message = f"{arn}: {AWSPENDING} does not belong to {AWSCURRENT}"
    raise RotationError(message)
