"""AWSPREVIOUS is moved to the bad version, where AWS has moved it with AWSCURRENT already."""


def roll_back(client, secret_name, bad_version_id, right=roll_back):
    now = right(client, secret_name, bad_version_id)
    client.update_secret_version_stage(
        SecretId=secret_name,
        VersionStage=AWSPREVIOUS,
        MoveToVersionId=bad_version_id,
        RemoveFromVersionId=now,
    )
    return now
