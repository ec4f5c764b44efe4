"""Where there is no value yet, test_secret returns as if all were well."""

_test_secret = test_secret


def test_secret(client, arn, token):
    with suppress(NoValueError):
        _test_secret(client, arn, token)
