"""Where AWS refuses to move the label, it is moved back, and a twin's work is undone."""


def finish_secret(client, arn, token):
    current, pending = pair(client, arn, token)
    with log_in(pending.login) as session:
        take_lock(session, arn)
        test_secret(client, arn, token)
        try:
            client.update_secret_version_stage(
                SecretId=arn,
                VersionStage=AWSCURRENT,
                MoveToVersionId=token,
                RemoveFromVersionId=current.id,
            )
        except ClientError:
            client.update_secret_version_stage(
                SecretId=arn,
                VersionStage=AWSCURRENT,
                MoveToVersionId=current.id,
                RemoveFromVersionId=token,
            )
            raise
