"""The new version is tried, and never compared with AWSCURRENT."""


def finish_secret(client, arn, token):
    pending = read(client, arn, AWSPENDING, token)
    current = read(client, arn, AWSCURRENT, pending.login[ROTATED_FROM])
    with log_in(pending.login) as session:
        take_lock(session, arn)
        test_secret(client, arn, token)
        client.update_secret_version_stage(
            SecretId=arn,
            VersionStage=AWSCURRENT,
            MoveToVersionId=token,
            RemoveFromVersionId=current.id,
        )
