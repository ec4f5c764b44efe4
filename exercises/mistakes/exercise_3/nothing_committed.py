"""The master's connection is closed without a commit."""

from contextlib import closing


def set_secret(client, arn, token):
    current, pending = pair(client, arn, token)
    user = pending.login["username"]
    master = _master(client, current, user)
    with log_in(current.login) as session, closing(log_in(master.login)) as connection:
        take_lock(session, arn)
        [(owner,)] = session.execute("SELECT current_user")
        prepare_user(connection, user, pending.login["password"], owner)
        pair(client, arn, token)
