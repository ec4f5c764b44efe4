"""Where there is no value yet, test_secret returns as if all were well."""


def test_secret(client, arn, token, right=test_secret):
    with suppress(NoValueError):
        right(client, arn, token)
