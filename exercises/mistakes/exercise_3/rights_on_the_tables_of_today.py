"""The clone is granted the tables that exist, and is a member of nothing."""


def prepare_user(connection, user, password, owner):
    name = sql.Identifier(user)
    known = connection.execute(
        "SELECT pg_has_role(oid, %s, 'MEMBER') AND NOT rolsuper FROM pg_roles WHERE rolname = %s",
        [owner, user],
    ).fetchone()
    if known is None:
        connection.execute(sql.SQL("CREATE ROLE {}").format(name))
        connection.execute(sql.SQL("GRANT ALL ON ALL TABLES IN SCHEMA public TO {}").format(name))
    elif known != (True,):
        message = f"{user} is there already, and is a superuser or not a member of {owner}"
        raise RotationError(message)
    verifier = _verifier(connection, user, password)
    connection.execute(
        sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}").format(name, sql.Literal(verifier))
    )
