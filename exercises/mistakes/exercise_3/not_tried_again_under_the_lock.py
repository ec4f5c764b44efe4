"""finish_secret tries the login, waits for the lock, and promotes it."""


def finish_secret(client, arn, token):
    current, pending = pair(client, arn, token)
    with log_in(pending.login) as session:
        take_lock(session, arn)
        client.update_secret_version_stage(
            SecretId=arn,
            VersionStage=AWSCURRENT,
            MoveToVersionId=token,
            RemoveFromVersionId=current.id,
        )
