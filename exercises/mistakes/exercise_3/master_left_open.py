"""The master's connection is committed and not closed."""


def set_secret(client, arn, token):
    current, pending = pair(client, arn, token)
    user = pending.login["username"]
    master = _master(client, current, user)
    with log_in(current.login) as session:
        take_lock(session, arn)
        [(owner,)] = session.execute("SELECT current_user")
        connection = log_in(master.login)
        try:
            prepare_user(connection, user, pending.login["password"], owner)
            pair(client, arn, token)
        except Exception:
            connection.close()
            raise
        connection.commit()
