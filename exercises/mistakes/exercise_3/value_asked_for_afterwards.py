"""The label moves, and only then is the new version tried."""


def finish_secret(client, arn, token):
    client.update_secret_version_stage(
        SecretId=arn,
        VersionStage=AWSCURRENT,
        MoveToVersionId=token,
        RemoveFromVersionId=current_version(client, arn, token),
    )
    test_secret(client, arn, token)
