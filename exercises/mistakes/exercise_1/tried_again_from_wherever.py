"""When AWS refuses the move, it is tried again from the version that has the label now."""


def roll_back(client, secret_name, bad_version_id):
    with _denied_is_forbidden(secret_name):
        versions = client.describe_secret(SecretId=secret_name).get("VersionIdsToStages", {})
        holder = {label: version for version, labels in versions.items() for label in labels}
        current = holder.get(AWSCURRENT)
        if current is not None and current != bad_version_id:
            return current
        if AWSPREVIOUS not in holder:
            raise NothingToRollBackError(secret_name)
        move = {
            "SecretId": secret_name,
            "VersionStage": AWSCURRENT,
            "MoveToVersionId": holder[AWSPREVIOUS],
        }
        try:
            client.update_secret_version_stage(**move, RemoveFromVersionId=current)
        except client.exceptions.InvalidParameterException:
            now = client.get_secret_value(SecretId=secret_name)["VersionId"]
            client.update_secret_version_stage(**move, RemoveFromVersionId=now)
    return holder[AWSPREVIOUS]
