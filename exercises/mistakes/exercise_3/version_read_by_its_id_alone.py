"""The new version is read by its id, and nobody looks whether it is still AWSPENDING."""


def _by_id(client, arn, version_id):
    """Return a version, whatever its labels."""
    try:
        answer = client.get_secret_value(SecretId=arn, VersionId=version_id)
    except client.exceptions.ResourceNotFoundException as error:
        message = f"{arn}: version {version_id} has no value"
        raise NoValueError(message) from error
    return Version(version_id, Login(json.loads(answer["SecretString"])))


def finish_secret(client, arn, token):
    pending, current = _by_id(client, arn, token), read(client, arn)
    wanted = _other_login(current, pending.login["password"])
    if pending.login != wanted:
        message = f"{arn}: version {token} is not what createSecret makes of {AWSCURRENT}"
        raise RotationError(message)
    with log_in(pending.login) as session:
        take_lock(session, arn)
        session.execute("SELECT 1")
        client.update_secret_version_stage(
            SecretId=arn,
            VersionStage=AWSCURRENT,
            MoveToVersionId=token,
            RemoveFromVersionId=current.id,
        )
