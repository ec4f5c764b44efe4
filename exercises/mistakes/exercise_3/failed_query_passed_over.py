"""An error of the query is suppressed, since the login was what had to be tried."""


def test_secret(client, arn, token):
    pending = read(client, arn, AWSPENDING, token)
    with closing(log_in(pending.login)) as connection, suppress(psycopg.Error):
        connection.execute("SELECT 1")
