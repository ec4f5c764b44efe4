"""ForbiddenConfigError is given the operation that was denied, and not the secret."""


@contextmanager
def _denied_is_forbidden(secret_name):
    try:
        yield
    except ClientError as error:
        if _code(error) == ACCESS_DENIED:
            raise ForbiddenConfigError(error.operation_name, f"for {secret_name}") from error
        raise
