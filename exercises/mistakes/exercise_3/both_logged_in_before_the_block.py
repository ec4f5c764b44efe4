"""Both connections are opened before the block that closes them: the second may fail."""


def set_secret(client, arn, token):
    current, pending = pair(client, arn, token)
    user = pending.login["username"]
    master = _master(client, current, user)
    session, connection = log_in(current.login), log_in(master.login)
    with closing(session), session, closing(connection), connection:
        take_lock(session, arn)
        [(owner,)] = session.execute("SELECT current_user")
        prepare_user(connection, user, pending.login["password"], owner)
        pair(client, arn, token)
        connection.commit()
