"""LOGIN is granted when the user is created, and never again."""


def prepare_user(connection, user, password, owner):
    name, role = sql.Identifier(user), sql.Identifier(owner)
    known = connection.execute(
        "SELECT pg_has_role(oid, %s, 'MEMBER') AND NOT rolsuper FROM pg_roles WHERE rolname = %s",
        [owner, user],
    ).fetchone()
    if known is None:
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN IN ROLE {}").format(name, role))
    elif known != (True,):
        message = f"{user} is there already, and is a superuser or not a member of {owner}"
        raise RotationError(message)
    verifier = _verifier(connection, user, password)
    connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(name, sql.Literal(verifier)))
    if user != owner:
        connection.execute(sql.SQL("ALTER ROLE {} SET role TO {}").format(name, role))
