"""prepare_user commits what it has done."""


def prepare_user(connection, user, password, owner, right=prepare_user):
    right(connection, user, password, owner)
    connection.commit()
