"""AWSCURRENT is read by the id that rotatedfrom names, whatever its label by now."""


def pair(client, arn, token):
    pending = read(client, arn, AWSPENDING, token)
    current = _by_id(client, arn, pending.login[ROTATED_FROM])
    if pending.login != _other_login(current, pending.login["password"]):
        message = f"{arn}: {AWSPENDING} is not what createSecret makes of {AWSCURRENT}"
        raise RotationError(message)
    return current, pending


def _by_id(client, arn, version_id):
    answer = client.get_secret_value(SecretId=arn, VersionId=version_id)
    return Version(version_id, Login(json.loads(answer["SecretString"])))
