"""The version that was created before the bad one is taken for the one that was current before."""


def roll_back(client, secret_name, bad_version_id):
    with _denied_is_forbidden(secret_name):
        listed = client.list_secret_version_ids(SecretId=secret_name, IncludeDeprecated=True)
        versions = listed["Versions"]
        order = [each["VersionId"] for each in versions]
        current = [
            each["VersionId"] for each in versions if AWSCURRENT in each.get("VersionStages", ())
        ]
        if not current or order[0] == bad_version_id:
            raise NothingToRollBackError(secret_name)
        if current[0] != bad_version_id:
            return current[0]
        before = order[order.index(bad_version_id) - 1]
        client.update_secret_version_stage(
            SecretId=secret_name,
            VersionStage=AWSCURRENT,
            MoveToVersionId=before,
            RemoveFromVersionId=bad_version_id,
        )
        return before
