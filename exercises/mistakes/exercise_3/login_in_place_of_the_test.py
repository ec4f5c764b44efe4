"""Under the lock the login is tried that was read before it."""


def finish_secret(client, arn, token):
    current, pending = pair(client, arn, token)
    with closing(log_in(pending.login)) as session, session:
        take_lock(session, arn)
        with closing(log_in(pending.login)) as connection, connection:
            connection.execute("SELECT 1")
        client.update_secret_version_stage(
            SecretId=arn,
            VersionStage=AWSCURRENT,
            MoveToVersionId=token,
            RemoveFromVersionId=current.id,
        )
