"""The password is changed first, and the membership looked at afterwards."""


def prepare_user(connection, user, password, owner):
    name, role = sql.Identifier(user), sql.Identifier(owner)
    known = connection.execute(
        "SELECT pg_has_role(oid, %s, 'MEMBER') AND NOT rolsuper FROM pg_roles WHERE rolname = %s",
        [owner, user],
    ).fetchone()
    if known is None:
        connection.execute(sql.SQL("CREATE ROLE {} IN ROLE {}").format(name, role))
    verifier = _verifier(connection, user, password)
    connection.execute(
        sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}").format(name, sql.Literal(verifier))
    )
    if user != owner:
        connection.execute(sql.SQL("ALTER ROLE {} SET role TO {}").format(name, role))
    if known == (False,):
        message = f"{user} is somebody else"
        raise RotationError(message)
