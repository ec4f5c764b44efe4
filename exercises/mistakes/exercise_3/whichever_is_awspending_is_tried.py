"""Whatever is AWSPENDING is tried and compared, and the token's version is promoted."""


def finish_secret(client, arn, token):
    pending = read(client, arn, AWSPENDING)
    current, _ = pair(client, arn, pending.id)
    with log_in(pending.login) as session:
        take_lock(session, arn)
        test_secret(client, arn, pending.id)
        client.update_secret_version_stage(
            SecretId=arn,
            VersionStage=AWSCURRENT,
            MoveToVersionId=token,
            RemoveFromVersionId=current.id,
        )
