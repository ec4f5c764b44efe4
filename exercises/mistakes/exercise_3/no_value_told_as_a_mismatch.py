"""Every reason is told as one and the same RotationError."""


def pair(client, arn, token, right=pair):
    try:
        return right(client, arn, token)
    except RotationError:
        pass
    message = f"{arn}: {AWSPENDING} does not belong to {AWSCURRENT}"
    raise RotationError(message)
