"""The whole login is put into the error."""


def log_in(login):
    try:
        return connect(login)
    except psycopg.OperationalError as error:
        words = str(error)
    refused = any(refusal in words for refusal in REFUSALS)
    message = f"{dict(login)} cannot log in: {words}"
    raise LoginRefusedError(message) if refused else DatabaseUnreachableError(message)
