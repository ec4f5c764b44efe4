"""The lock is taken once the master has committed."""


def set_secret(client, arn, token):
    current, pending = pair(client, arn, token)
    user = pending.login["username"]
    master = _master(client, current, user)
    with log_in(current.login) as session:
        [(owner,)] = session.execute("SELECT current_user")
        with log_in(master.login) as connection:
            prepare_user(connection, user, pending.login["password"], owner)
            pair(client, arn, token)
        take_lock(session, arn)
