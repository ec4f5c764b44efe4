"""Memberships are looked up in pg_auth_members, where no role is a member of itself."""


def _join(connection, user, owner):
    name, role = sql.Identifier(user), sql.Identifier(owner)
    known = connection.execute(
        "SELECT NOT rolsuper AND EXISTS (SELECT FROM pg_auth_members m WHERE m.member = u.oid "
        "AND m.roleid = to_regrole(quote_ident(%s))) FROM pg_roles u WHERE rolname = %s",
        [owner, user],
    ).fetchone()
    if known is None:
        connection.execute(sql.SQL("CREATE ROLE {} IN ROLE {}").format(name, role))
    elif known != (True,):
        message = f"{user} is there already, and is a superuser or not a member of {owner}"
        raise RotationError(message)
