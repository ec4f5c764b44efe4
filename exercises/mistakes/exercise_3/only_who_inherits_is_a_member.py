"""pg_has_role is asked for USAGE, which only a member that inherits has."""


def _join(connection, user, owner):
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
