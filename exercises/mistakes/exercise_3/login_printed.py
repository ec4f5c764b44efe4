"""The login is printed before it is tried."""

_test_secret = test_secret


def test_secret(client, arn, token):
    print(dict(read(client, arn, AWSPENDING, token).login))  # noqa: T201
    _test_secret(client, arn, token)
