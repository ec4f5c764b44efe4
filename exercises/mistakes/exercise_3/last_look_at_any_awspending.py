"""The last look before the commit takes whatever is AWSPENDING by then for its own."""


def set_secret(client, arn, token):
    current, pending = pair(client, arn, token)
    user = pending.login["username"]
    master = _master(client, current, user)
    with closing(log_in(current.login)) as session, session:
        take_lock(session, arn)
        [(owner,)] = session.execute("SELECT current_user")
        with closing(log_in(master.login)) as connection, connection:
            prepare_user(connection, user, pending.login["password"], owner)
            pair(client, arn, None)
