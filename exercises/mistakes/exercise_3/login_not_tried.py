"""The new version is compared with AWSCURRENT, and never tried."""


def finish_secret(client, arn, token):
    current, _ = pair(client, arn, token)
    with log_in(current.login) as session:
        take_lock(session, arn)
        client.update_secret_version_stage(
            SecretId=arn,
            VersionStage=AWSCURRENT,
            MoveToVersionId=token,
            RemoveFromVersionId=current.id,
        )
