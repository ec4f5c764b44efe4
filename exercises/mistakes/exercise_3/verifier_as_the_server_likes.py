"""The verifier is made by whatever algorithm the server is set to."""


def _verifier(connection, user, password):
    [(algorithm,)] = connection.execute("SHOW password_encryption")
    encrypt = connection.pgconn.encrypt_password
    return encrypt(password.encode(), user.encode(), algorithm.encode()).decode()
