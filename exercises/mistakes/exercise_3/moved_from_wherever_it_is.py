"""AWSCURRENT is moved from wherever it is now. AWS's own rotation functions do the same."""


def finish_secret(client, arn, token):
    pending = read(client, arn, AWSPENDING, token)
    current = read(client, arn)
    if pending.login["username"] != other_user(current.login["username"]):
        message = f"{arn}: {AWSPENDING} is not of the other user"
        raise RotationError(message)
    with log_in(pending.login) as session:
        take_lock(session, arn)
        test_secret(client, arn, token)
        client.update_secret_version_stage(
            SecretId=arn,
            VersionStage=AWSCURRENT,
            MoveToVersionId=token,
            RemoveFromVersionId=current.id,
        )
