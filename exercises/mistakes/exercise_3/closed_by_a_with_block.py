"""The connection is returned out of a with block, which closes it."""


def log_in(login):
    try:
        with connect(login) as connection:
            return connection
    except psycopg.OperationalError as error:
        words = str(error)
    refused = any(refusal in words for refusal in REFUSALS)
    message = f"{login['username']} cannot log in: {words}"
    raise LoginRefusedError(message) if refused else DatabaseUnreachableError(message)
