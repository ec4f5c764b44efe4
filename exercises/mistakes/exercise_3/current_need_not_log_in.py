"""The master is used for a secret whose own login nobody has tried."""


def set_secret(client, arn, token):
    current, pending = pair(client, arn, token)
    master = read(client, current.login["masterarn"])
    user = pending.login["username"]
    if database_of(master.login)[:2] != database_of(current.login)[:2]:
        message = f"{arn}: the master is of another server"
        raise RotationError(message)
    if master.login["username"] == user:
        message = f"{arn}: {user} is the master, and takes turns with nobody"
        raise RotationError(message)
    owner = current.login["username"].removesuffix(CLONE)
    with log_in(master.login) as connection:
        take_lock(connection, arn)
        prepare_user(connection, user, pending.login["password"], owner)
        pair(client, arn, token)
