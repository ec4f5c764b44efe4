"""The session is closed after errors of AWS and of this file; the driver has errors of its own."""


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
    except (RotationError, ClientError, BotoCoreError):
        session.close()
        raise
    session.close()
