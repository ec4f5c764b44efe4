"""Any refusal of the move is answered with a look at which version is current now."""


def roll_back(client, secret_name, bad_version_id, right=roll_back):
    try:
        return right(client, secret_name, bad_version_id)
    except client.exceptions.LimitExceededException:
        versions = client.describe_secret(SecretId=secret_name)["VersionIdsToStages"]
        return next(version for version, labels in versions.items() if AWSCURRENT in labels)
