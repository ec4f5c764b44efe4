"""The lock is taken by the login that is about to be replaced."""


def finish_secret(client, arn, token):
    current, _ = pair(client, arn, token)
    with closing(log_in(current.login)) as session, session:
        take_lock(session, arn)
        test_secret(client, arn, token)
        client.update_secret_version_stage(
            SecretId=arn,
            VersionStage=AWSCURRENT,
            MoveToVersionId=token,
            RemoveFromVersionId=current.id,
        )
