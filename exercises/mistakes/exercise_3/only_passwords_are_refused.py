"""Whatever has the word password in it is a refusal, and NOLOGIN is not."""


def log_in(login):
    try:
        return connect(login)
    except psycopg.OperationalError as error:
        words = str(error)
    refused = "password" in words
    message = f"{login['username']} cannot log in: {words}"
    raise LoginRefusedError(message) if refused else DatabaseUnreachableError(message)
