"""Only a new user is made to begin its sessions as the owner."""


def prepare_user(connection, user, password, owner):
    exists = connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [user]).rowcount
    _join(connection, user, owner)
    name, verifier = sql.Identifier(user), _verifier(connection, user, password)
    connection.execute(
        sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}").format(name, sql.Literal(verifier))
    )
    if not exists:
        role = sql.Identifier(owner)
        connection.execute(sql.SQL("ALTER ROLE {} SET role TO {}").format(name, role))
