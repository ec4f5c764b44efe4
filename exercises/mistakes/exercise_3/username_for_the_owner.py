"""The username of AWSCURRENT is taken for the owner, also where it is the clone's turn."""


def set_secret(client, arn, token):
    current, pending = pair(client, arn, token)
    user = pending.login["username"]
    master = _master(client, current, user)
    with log_in(current.login) as session:
        take_lock(session, arn)
        owner = current.login["username"]
        with log_in(master.login) as connection:
            prepare_user(connection, user, pending.login["password"], owner)
            pair(client, arn, token)
