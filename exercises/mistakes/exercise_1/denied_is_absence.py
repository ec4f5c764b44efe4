"""A denied read is None, as "we cannot see it, so there is none"."""


def load(client, secret_name):
    try:
        return require(client, secret_name)
    except (AbsentConfigError, ForbiddenConfigError):
        return None
