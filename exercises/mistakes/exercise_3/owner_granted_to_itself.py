"""The owner's membership is granted every time, also to the owner."""


def prepare_user(connection, user, password, owner, right=prepare_user):
    right(connection, user, password, owner)
    grant = sql.SQL("GRANT {} TO {}").format(sql.Identifier(owner), sql.Identifier(user))
    connection.execute(grant)
