"""The label moves, whatever is in the version. AWS's own rotation functions do the same."""


def finish_secret(client, arn, token):
    client.update_secret_version_stage(
        SecretId=arn,
        VersionStage=AWSCURRENT,
        MoveToVersionId=token,
        RemoveFromVersionId=current_version(client, arn, token),
    )
