"""The user is a member of the owner, and nothing tells its sessions to act as it."""


def prepare_user(connection, user, password, owner, right=prepare_user):
    right(connection, user, password, owner)
    connection.execute(sql.SQL("ALTER ROLE {} RESET role").format(sql.Identifier(user)))
