"""The master's connection is closed where the change fails, and not where the last look does."""


def set_secret(client, arn, token):
    current, pending = pair(client, arn, token)
    user = pending.login["username"]
    master = _master(client, current, user)
    with closing(log_in(current.login)) as session, session:
        take_lock(session, arn)
        [(owner,)] = session.execute("SELECT current_user")
        connection = log_in(master.login)
        try:
            prepare_user(connection, user, pending.login["password"], owner)
        except Exception:
            connection.close()
            raise
        pair(client, arn, token)
        connection.commit()
        connection.close()
