"""An error of the database is suppressed, so that a later try may go better."""

_set_secret = set_secret


def set_secret(client, arn, token):
    with suppress(psycopg.OperationalError):
        _set_secret(client, arn, token)
