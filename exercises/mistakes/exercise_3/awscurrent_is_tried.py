"""test_secret reads the secret without a label, which is AWSCURRENT."""


def test_secret(client, arn, token):
    read(client, arn, AWSPENDING, token)
    with log_in(read(client, arn).login) as connection:
        connection.execute("SELECT 1")
