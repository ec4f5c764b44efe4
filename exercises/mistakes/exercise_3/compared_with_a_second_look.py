"""RemoveFromVersionId is what DescribeSecret has just found, and not what was compared."""


def finish_secret(client, arn, token):
    _, pending = pair(client, arn, token)
    with log_in(pending.login) as session:
        take_lock(session, arn)
        test_secret(client, arn, token)
        client.update_secret_version_stage(
            SecretId=arn,
            VersionStage=AWSCURRENT,
            MoveToVersionId=token,
            RemoveFromVersionId=current_version(client, arn, token),
        )
