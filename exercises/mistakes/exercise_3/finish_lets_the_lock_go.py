"""The session that holds the lock ends before the label moves."""


def finish_secret(client, arn, token):
    current, pending = pair(client, arn, token)
    with log_in(pending.login) as session:
        take_lock(session, arn)
        test_secret(client, arn, token)
    client.update_secret_version_stage(
        SecretId=arn,
        VersionStage=AWSCURRENT,
        MoveToVersionId=token,
        RemoveFromVersionId=current.id,
    )
