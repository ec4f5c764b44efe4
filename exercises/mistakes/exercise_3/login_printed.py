"""The login is printed before it is tried."""


def test_secret(client, arn, token, right=test_secret):
    print(dict(read(client, arn, AWSPENDING, token).login))  # noqa: T201
    right(client, arn, token)
