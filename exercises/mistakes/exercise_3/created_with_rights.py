"""The new user is created as the master was: it may create roles, too."""


def prepare_user(connection, user, password, owner, right=prepare_user):
    right(connection, user, password, owner)
    if user != owner:
        connection.execute(sql.SQL("ALTER ROLE {} CREATEROLE").format(sql.Identifier(user)))
