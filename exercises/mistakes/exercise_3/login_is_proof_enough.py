"""test_secret logs in and out, and asks the server nothing."""


def test_secret(client, arn, token):
    log_in(read(client, arn, AWSPENDING, token).login).close()
