"""The owner is what the user's settings say, and not what its session acts as."""


def set_secret(client, arn, token):
    current, pending = pair(client, arn, token)
    user = pending.login["username"]
    master = _master(client, current, user)
    settings = "SELECT rolconfig FROM pg_roles WHERE rolname = session_user"
    with closing(log_in(current.login)) as session, session:
        take_lock(session, arn)
        [(found,)] = session.execute(settings)
        roles = [each.partition("=")[2] for each in found or () if each.startswith("role=")]
        owner = roles[0] if roles else current.login["username"]
        with closing(log_in(master.login)) as connection, connection:
            prepare_user(connection, user, pending.login["password"], owner)
            pair(client, arn, token)
