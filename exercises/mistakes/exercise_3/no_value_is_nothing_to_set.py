"""Where there is no value yet, set_secret returns as if all were well."""

_set_secret = set_secret


def set_secret(client, arn, token):
    with suppress(NoValueError):
        _set_secret(client, arn, token)
