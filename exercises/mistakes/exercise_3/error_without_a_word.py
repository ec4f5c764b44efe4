"""An error's class is taken to say enough, so that it is raised without a text."""


def log_in(login):
    try:
        return connect(login)
    except psycopg.OperationalError as error:
        refused = any(refusal in str(error) for refusal in REFUSALS)
    raise LoginRefusedError if refused else DatabaseUnreachableError
