"""The refusal is raised while the driver's error is handled, which becomes its context."""


def log_in(login):
    try:
        return connect(login)
    except psycopg.OperationalError as error:
        refused = any(refusal in str(error) for refusal in REFUSALS)
        message = f"{login['username']} cannot log in: {error}"
        raise (LoginRefusedError if refused else DatabaseUnreachableError)(message) from None
