"""The clone is a member and acts as itself: what it creates belongs to it alone."""


def prepare_user(connection, user, password, owner):
    _join(connection, user, owner)
    name, verifier = sql.Identifier(user), _verifier(connection, user, password)
    connection.execute(
        sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}").format(name, sql.Literal(verifier))
    )
