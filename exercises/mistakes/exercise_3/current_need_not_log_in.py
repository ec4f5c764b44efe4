"""The master is used for a secret whose own login nobody has tried."""


def set_secret(client, arn, token):
    current, pending = pair(client, arn, token)
    user = pending.login["username"]
    master = _master(client, current, user)
    owner = current.login["username"].removesuffix(CLONE)
    with log_in(master.login) as connection:
        take_lock(connection, arn)
        prepare_user(connection, user, pending.login["password"], owner)
        pair(client, arn, token)
