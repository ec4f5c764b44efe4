"""The verifier is bytes, and b'…' is what becomes the password."""


def _verifier(connection, user, password, right=_verifier):
    return str(right(connection, user, password).encode())
