"""AWSPENDING is tried with connect, whose errors do not say which of two things went wrong."""


def test_secret(client, arn, token):
    pending = read(client, arn, AWSPENDING, token)
    with closing(connect(pending.login)) as connection, connection:
        connection.execute("SELECT 1")
