"""The words are looked up among the refusals, and not the refusals in the words."""


def log_in(login):
    try:
        return connect(login)
    except psycopg.OperationalError as error:
        words = str(error)
    message = f"{login['username']} cannot log in: {words}"
    raise LoginRefusedError(message) if words in REFUSALS else DatabaseUnreachableError(message)
