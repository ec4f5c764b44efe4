"""A secret in its recovery window is None, as if it had never been there."""


def load(client, secret_name):
    try:
        return require(client, secret_name)
    except AbsentConfigError:
        return None
    except client.exceptions.InvalidRequestException:
        return None
