"""psycopg.errors.InvalidPassword is caught, which a failed login is never an instance of."""


def log_in(login):
    try:
        return connect(login)
    except psycopg.errors.InvalidPassword:
        pass
    message = f"{login['username']} cannot log in"
    raise LoginRefusedError(message)
