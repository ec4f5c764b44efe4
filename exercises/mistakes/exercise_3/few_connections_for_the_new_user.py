"""The new user may have five connections."""


def prepare_user(connection, user, password, owner, right=prepare_user):
    right(connection, user, password, owner)
    limit = sql.SQL("ALTER ROLE {} CONNECTION LIMIT 5").format(sql.Identifier(user))
    connection.execute(limit)
