"""pg_has_role is asked for USAGE, which only a member that inherits has."""


def prepare_user(connection, user, password, owner):
    name, role = sql.Identifier(user), sql.Identifier(owner)
    known = connection.execute(
        "SELECT pg_has_role(oid, %s, 'USAGE') AND NOT rolsuper FROM pg_roles WHERE rolname = %s",
        [owner, user],
    ).fetchone()
    if known is None:
        connection.execute(sql.SQL("CREATE ROLE {} IN ROLE {}").format(name, role))
    elif known != (True,):
        message = f"{user} is there already, and is a superuser or not a member of {owner}"
        raise RotationError(message)
    verifier = connection.pgconn.encrypt_password(
        password.encode(), user.encode(), b"scram-sha-256"
    ).decode()
    connection.execute(
        sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}").format(name, sql.Literal(verifier))
    )
    if user != owner:
        connection.execute(sql.SQL("ALTER ROLE {} SET role TO {}").format(name, role))
