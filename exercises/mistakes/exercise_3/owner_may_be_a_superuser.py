"""Only a user that is not the owner is looked at, and the owner may be a superuser."""


def _join(connection, user, owner):
    name, role = sql.Identifier(user), sql.Identifier(owner)
    known = connection.execute(
        "SELECT pg_has_role(oid, %s, 'MEMBER') AND NOT rolsuper FROM pg_roles WHERE rolname = %s",
        [owner, user],
    ).fetchone()
    if known is None:
        connection.execute(sql.SQL("CREATE ROLE {} IN ROLE {}").format(name, role))
    elif known != (True,) and user != owner:
        message = f"{user} is there already, and is a superuser or not a member of {owner}"
        raise RotationError(message)
