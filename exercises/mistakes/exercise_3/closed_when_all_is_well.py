"""The connection is closed in the last line, which an error never comes to."""


def test_secret(client, arn, token):
    connection = log_in(read(client, arn, AWSPENDING, token).login)
    connection.execute("SELECT 1")
    connection.close()
