"""SET ROLE in the master's session is taken for what the new user's sessions begin as."""


def prepare_user(connection, user, password, owner):
    _join(connection, user, owner)
    name, verifier = sql.Identifier(user), _verifier(connection, user, password)
    connection.execute(
        sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}").format(name, sql.Literal(verifier))
    )
    connection.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(owner)))
