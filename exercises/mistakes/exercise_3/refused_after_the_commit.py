"""The change is committed, and then told as refused."""


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
    with log_in(current.login) as session:
        take_lock(session, arn)
        [(owner,)] = session.execute("SELECT current_user")
        with log_in(master.login) as connection:
            prepare_user(connection, user, pending.login["password"], owner)
        pair(client, arn, token)
