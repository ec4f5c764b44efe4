"""The new user is made a member of all that the owner is a member of."""


def _join(connection, user, owner, right=_join):
    right(connection, user, owner)
    groups = (
        "SELECT g.rolname FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid "
        "JOIN pg_roles o ON o.oid = m.member WHERE o.rolname = %s"
    )
    for (group,) in connection.execute(groups, [owner]).fetchall():
        grant = sql.SQL("GRANT {} TO {}")
        connection.execute(grant.format(sql.Identifier(group), sql.Identifier(user)))
