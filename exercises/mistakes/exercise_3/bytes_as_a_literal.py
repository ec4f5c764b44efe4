"""The verifier stays bytes, of which psycopg makes a literal of the type bytea."""


def _verifier(connection, user, password, right=_verifier):
    return right(connection, user, password).encode()
