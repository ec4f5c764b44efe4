"""The password itself is in the statement, as in AWS's own rotation functions."""


def _verifier(connection, user, password):
    return password
