"""The user whose turn ends may no longer log in, while AWSCURRENT still names it."""


def set_secret(client, arn, token):
    current, pending = pair(client, arn, token)
    user = pending.login["username"]
    master = _master(client, current, user)
    with log_in(current.login) as session:
        take_lock(session, arn)
        [(owner,)] = session.execute("SELECT current_user")
        with log_in(master.login) as connection:
            prepare_user(connection, user, pending.login["password"], owner)
            old = sql.Identifier(current.login["username"])
            connection.execute(sql.SQL("ALTER ROLE {} NOLOGIN").format(old))
            pair(client, arn, token)
