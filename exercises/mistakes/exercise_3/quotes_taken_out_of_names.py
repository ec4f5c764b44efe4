"""Quotes are taken out of the name, and somebody else is created."""


def prepare_user(connection, user, password, owner, right=prepare_user):
    right(connection, user.replace('"', "").replace("'", ""), password, owner)
