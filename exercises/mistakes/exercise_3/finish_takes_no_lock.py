"""finish_secret takes no lock."""


def finish_secret(client, arn, token):
    current, pending = pair(client, arn, token)
    with log_in(pending.login) as session:
        session.execute("SELECT 1")
        test_secret(client, arn, token)
        client.update_secret_version_stage(
            SecretId=arn,
            VersionStage=AWSCURRENT,
            MoveToVersionId=token,
            RemoveFromVersionId=current.id,
        )
