"""The master's connection is closed in the last line, which an error never comes to."""


def set_secret(client, arn, token):
    current, pending = pair(client, arn, token)
    user = pending.login["username"]
    master = _master(client, current, user)
    with log_in(current.login) as session:
        take_lock(session, arn)
        [(owner,)] = session.execute("SELECT current_user")
        connection = log_in(master.login)
        prepare_user(connection, user, pending.login["password"], owner)
        pair(client, arn, token)
        connection.commit()
        connection.close()
