"""The last login before the move is made with whatever is AWSPENDING by then."""


def finish_secret(client, arn, token):
    current, pending = pair(client, arn, token)
    with closing(log_in(pending.login)) as session, session:
        take_lock(session, arn)
        test_secret(client, arn, None)
        client.update_secret_version_stage(
            SecretId=arn,
            VersionStage=AWSCURRENT,
            MoveToVersionId=token,
            RemoveFromVersionId=current.id,
        )
