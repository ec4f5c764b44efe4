"""CREATE ROLE and a password make no user that can log in."""


def prepare_user(connection, user, password, owner):
    _join(connection, user, owner)
    name, verifier = sql.Identifier(user), _verifier(connection, user, password)
    connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(name, sql.Literal(verifier)))
    if user != owner:
        role = sql.Identifier(owner)
        connection.execute(sql.SQL("ALTER ROLE {} SET role TO {}").format(name, role))
