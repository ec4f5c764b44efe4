"""The lock is taken before the block that closes the session."""


def set_secret(client, arn, token):
    current, pending = pair(client, arn, token)
    user = pending.login["username"]
    master = _master(client, current, user)
    session = log_in(current.login)
    take_lock(session, arn)
    with closing(session), session:
        [(owner,)] = session.execute("SELECT current_user")
        with closing(log_in(master.login)) as connection, connection:
            prepare_user(connection, user, pending.login["password"], owner)
            pair(client, arn, token)
