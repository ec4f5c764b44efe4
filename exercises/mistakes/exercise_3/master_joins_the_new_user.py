"""The master makes itself a member of the new user."""


def _join(connection, user, owner, right=_join):
    right(connection, user, owner)
    if user != owner:
        connection.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(user)))
