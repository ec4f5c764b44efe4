"""Every OperationalError is a refused login, as in AWS's own rotation functions."""


def log_in(login):
    try:
        return connect(login)
    except psycopg.OperationalError as error:
        words = str(error)
    refused = True
    message = f"{login['username']} cannot log in: {words}"
    raise LoginRefusedError(message) if refused else DatabaseUnreachableError(message)
