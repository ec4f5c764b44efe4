"""Where there is no value yet, set_secret returns as if all were well."""


def set_secret(client, arn, token, right=set_secret):
    with suppress(NoValueError):
        right(client, arn, token)
