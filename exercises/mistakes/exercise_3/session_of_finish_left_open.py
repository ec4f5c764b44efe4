"""The session that held the lock is committed and not closed."""


def finish_secret(client, arn, token):
    current, pending = pair(client, arn, token)
    session = log_in(pending.login)
    try:
        take_lock(session, arn)
        test_secret(client, arn, token)
        client.update_secret_version_stage(
            SecretId=arn,
            VersionStage=AWSCURRENT,
            MoveToVersionId=token,
            RemoveFromVersionId=current.id,
        )
    except Exception:
        session.close()
        raise
    session.commit()
