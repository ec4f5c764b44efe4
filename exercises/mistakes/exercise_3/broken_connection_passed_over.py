"""An error of the database is suppressed, so that a later try may go better."""


def set_secret(client, arn, token, right=set_secret):
    with suppress(psycopg.OperationalError):
        right(client, arn, token)
