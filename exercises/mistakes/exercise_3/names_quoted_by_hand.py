"""The name is put between quotes, and may hold some itself."""


def prepare_user(connection, user, password, owner):
    _join(connection, user, owner)
    name = sql.SQL(f'"{user}"'.replace("{", "{{").replace("}", "}}")).format()
    role, verifier = sql.Identifier(owner), _verifier(connection, user, password)
    connection.execute(
        sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}").format(name, sql.Literal(verifier))
    )
    if user != owner:
        connection.execute(sql.SQL("ALTER ROLE {} SET role TO {}").format(name, role))
