"""A throttled call is None, so that the program starts with its defaults under load."""


def load(client, secret_name):
    try:
        return require(client, secret_name)
    except AbsentConfigError:
        return None
    except ClientError as error:
        if _code(error) == "ThrottlingException":
            return None
        raise
