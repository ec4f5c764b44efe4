"""The database is compared as well, though a role is one in all databases of a server."""


def _master(client, current, user, right=_master):
    master = right(client, current, user)
    if database_of(master.login) != database_of(current.login):
        message = f"{current.login['masterarn']}: this master is of another database"
        raise RotationError(message)
    return master
