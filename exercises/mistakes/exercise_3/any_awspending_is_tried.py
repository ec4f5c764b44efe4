"""Whatever is AWSPENDING is tried, also where it is another rotation's."""


def test_secret(client, arn, token):
    with log_in(read(client, arn, AWSPENDING).login) as connection:
        connection.execute("SELECT 1")
