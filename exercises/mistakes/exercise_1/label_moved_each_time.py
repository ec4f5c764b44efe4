"""After each put the label is moved to the token's version, "to be sure"."""


def _store(client, secret_name, text, token):
    try:
        client.put_secret_value(SecretId=secret_name, SecretString=text, ClientRequestToken=token)
    except ClientError as error:
        if _code(error) != NOT_FOUND:
            raise
        client.create_secret(Name=secret_name, SecretString=text, ClientRequestToken=token)
    labels = client.describe_secret(SecretId=secret_name)["VersionIdsToStages"]
    now = next(version for version, names in labels.items() if AWSCURRENT in names)
    if now != token:
        client.update_secret_version_stage(
            SecretId=secret_name,
            VersionStage=AWSCURRENT,
            MoveToVersionId=token,
            RemoveFromVersionId=now,
        )
    return token
