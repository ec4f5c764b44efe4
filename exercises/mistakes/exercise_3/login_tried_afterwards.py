"""The label moves, and only then does the new version log in."""


def finish_secret(client, arn, token):
    current, _ = pair(client, arn, token)
    client.update_secret_version_stage(
        SecretId=arn,
        VersionStage=AWSCURRENT,
        MoveToVersionId=token,
        RemoveFromVersionId=current.id,
    )
    test_secret(client, arn, token)
