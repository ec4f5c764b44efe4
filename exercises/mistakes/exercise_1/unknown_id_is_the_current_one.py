"""Whoever names a version that is not there must mean the one that is current."""


def roll_back(client, secret_name, bad_version_id, right=roll_back):
    with _denied_is_forbidden(secret_name):
        versions = client.describe_secret(SecretId=secret_name).get("VersionIdsToStages", {})
    current = [version for version, labels in versions.items() if AWSCURRENT in labels]
    if current and bad_version_id not in versions:
        bad_version_id = current[0]
    return right(client, secret_name, bad_version_id)
