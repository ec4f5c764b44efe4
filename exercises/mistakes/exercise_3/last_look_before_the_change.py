"""set_secret asks again as soon as it has the lock, and its statements take their time."""


def set_secret(client, arn, token):
    current, pending = pair(client, arn, token)
    user = pending.login["username"]
    master = _master(client, current, user)
    with log_in(current.login) as session:
        take_lock(session, arn)
        [(owner,)] = session.execute("SELECT current_user")
        with log_in(master.login) as connection:
            pair(client, arn, token)
            prepare_user(connection, user, pending.login["password"], owner)
