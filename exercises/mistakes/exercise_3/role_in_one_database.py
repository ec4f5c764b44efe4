"""The user acts as the owner in the database that the master is connected to, and in no other."""


def prepare_user(connection, user, password, owner, right=prepare_user):
    right(connection, user, password, owner)
    if user != owner:
        role, name = sql.Identifier(owner), sql.Identifier(user)
        here = sql.Identifier(connection.info.dbname)
        connection.execute(sql.SQL("ALTER ROLE {} RESET role").format(name))
        change = sql.SQL("ALTER ROLE {} IN DATABASE {} SET role TO {}")
        connection.execute(change.format(name, here, role))
