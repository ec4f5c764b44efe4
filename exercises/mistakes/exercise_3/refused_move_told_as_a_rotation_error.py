"""A move that AWS refuses becomes a RotationError, and its code is lost."""


def finish_secret(client, arn, token, right=finish_secret):
    try:
        right(client, arn, token)
    except ClientError as error:
        message = f"{arn}: AWS does not move {AWSCURRENT}: {error}"
        raise RotationError(message) from error
