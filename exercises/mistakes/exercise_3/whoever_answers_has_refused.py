"""FATAL, which begins whatever the server says before it hangs up, is a refusal."""


def log_in(login):
    try:
        return connect(login)
    except psycopg.OperationalError as error:
        words = str(error)
    refused = "FATAL" in words or "no password supplied" in words
    message = f"{login['username']} cannot log in: {words}"
    raise LoginRefusedError(message) if refused else DatabaseUnreachableError(message)
