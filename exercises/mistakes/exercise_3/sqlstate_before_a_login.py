"""The SQLSTATE is asked for, which psycopg does not have while there is no connection."""


def log_in(login):
    try:
        return connect(login)
    except psycopg.OperationalError as error:
        words, sqlstate = str(error), error.sqlstate
    message = f"{login['username']} cannot log in: {words}"
    if sqlstate in ("28P01", "28000"):
        raise LoginRefusedError(message)
    raise DatabaseUnreachableError(message)
