"""The guard is around the first look and the move; the look after a refused move has none."""


def roll_back(client, secret_name, bad_version_id, right=roll_back):
    try:
        return right(client, secret_name, bad_version_id)
    except client.exceptions.InvalidParameterException:
        versions = client.describe_secret(SecretId=secret_name)["VersionIdsToStages"]
        return next(version for version, labels in versions.items() if AWSCURRENT in labels)
