"""The driver's error is the argument of the refusal, in the place of its text."""


def log_in(login):
    try:
        return connect(login)
    except psycopg.OperationalError as error:
        said = error
    refused = any(refusal in str(said) for refusal in REFUSALS)
    raise (LoginRefusedError if refused else DatabaseUnreachableError)(said)
