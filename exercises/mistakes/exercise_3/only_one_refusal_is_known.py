"""Only the server's words about a password are looked for."""


def log_in(login):
    try:
        return connect(login)
    except psycopg.OperationalError as error:
        words = str(error)
    refused = "password authentication failed" in words
    message = f"{login['username']} cannot log in: {words}"
    raise LoginRefusedError(message) if refused else DatabaseUnreachableError(message)
