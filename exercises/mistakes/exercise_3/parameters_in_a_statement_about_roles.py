"""ALTER ROLE is given the password as a parameter."""


def prepare_user(connection, user, password, owner):
    _join(connection, user, owner)
    name, verifier = sql.Identifier(user), _verifier(connection, user, password)
    connection.execute(sql.SQL("ALTER ROLE {} LOGIN PASSWORD %s").format(name), [verifier])
    if user != owner:
        role = sql.Identifier(owner)
        connection.execute(sql.SQL("ALTER ROLE {} SET role TO {}").format(name, role))
