"""Whoever bears the name is given the password and the membership."""


def _join(connection, user, owner):
    name, role = sql.Identifier(user), sql.Identifier(owner)
    known = connection.execute(
        "SELECT pg_has_role(oid, %s, 'MEMBER') AND NOT rolsuper FROM pg_roles WHERE rolname = %s",
        [owner, user],
    ).fetchone()
    if known is None:
        connection.execute(sql.SQL("CREATE ROLE {} IN ROLE {}").format(name, role))
    elif user != owner:
        connection.execute(sql.SQL("GRANT {} TO {}").format(role, name))
