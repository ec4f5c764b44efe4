"""Where the lock is not free, finish_secret comes back as if the label had moved."""


def finish_secret(client, arn, token, right=finish_secret):
    with suppress(psycopg.errors.LockNotAvailable):
        right(client, arn, token)
