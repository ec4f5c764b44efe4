"""Both logins are tried, though the old one may be what the rotation is to mend."""


def test_secret(client, arn, token, right=test_secret):
    right(client, arn, token)
    log_in(read(client, arn).login).close()
