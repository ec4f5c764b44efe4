"""The connection is not closed. AWS's own rotation functions leave some open."""


def test_secret(client, arn, token):
    connection = log_in(read(client, arn, AWSPENDING, token).login)
    connection.execute("SELECT 1")
