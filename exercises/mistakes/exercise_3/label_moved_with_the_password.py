"""AWSCURRENT is moved as soon as the database knows the password, untested."""


def set_secret(client, arn, token):
    current, pending = pair(client, arn, token)
    user = pending.login["username"]
    master = _master(client, current, user)
    with log_in(current.login) as session:
        take_lock(session, arn)
        [(owner,)] = session.execute("SELECT current_user")
        with log_in(master.login) as connection:
            prepare_user(connection, user, pending.login["password"], owner)
            pair(client, arn, token)
    client.update_secret_version_stage(
        SecretId=arn,
        VersionStage=AWSCURRENT,
        MoveToVersionId=token,
        RemoveFromVersionId=current.id,
    )
