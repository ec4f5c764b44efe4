"""Autocommit is turned on, since statements about roles are thought to need it."""


def set_secret(client, arn, token):
    current, pending = pair(client, arn, token)
    user = pending.login["username"]
    master = _master(client, current, user)
    with log_in(current.login) as session:
        take_lock(session, arn)
        [(owner,)] = session.execute("SELECT current_user")
        with log_in(master.login) as connection:
            connection.autocommit = True
            prepare_user(connection, user, pending.login["password"], owner)
            pair(client, arn, token)
