"""The guard is around the first try alone: the put after it is another line."""


def save(client, secret_name, config, token, right=save):
    try:
        return right(client, secret_name, config, token)
    except ForbiddenConfigError as error:
        if error.__cause__.operation_name == "PutSecretValue" and _meanwhile(client, secret_name):
            raise error.__cause__ from None
        raise


def _meanwhile(client, secret_name):
    created = client.describe_secret(SecretId=secret_name)["VersionIdsToStages"]
    return len(created) == 1
