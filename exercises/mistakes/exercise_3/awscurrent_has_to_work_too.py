"""Both logins are tried, though the old one may be what the rotation is to mend."""

_test_secret = test_secret


def test_secret(client, arn, token):
    _test_secret(client, arn, token)
    log_in(read(client, arn).login).close()
