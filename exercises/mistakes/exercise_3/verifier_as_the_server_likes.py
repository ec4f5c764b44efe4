"""No algorithm is named, and libpq asks the server which one it is set to."""


def _verifier(connection, user, password):
    return connection.pgconn.encrypt_password(password.encode(), user.encode()).decode()
