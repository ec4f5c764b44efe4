"""The lock is taken by a session of the master, in whichever database that may be."""


def set_secret(client, arn, token):
    current, pending = pair(client, arn, token)
    user = pending.login["username"]
    master = _master(client, current, user)
    with log_in(current.login) as session, log_in(master.login) as keeper:
        take_lock(keeper, arn)
        [(owner,)] = session.execute("SELECT current_user")
        with log_in(master.login) as connection:
            prepare_user(connection, user, pending.login["password"], owner)
            pair(client, arn, token)
