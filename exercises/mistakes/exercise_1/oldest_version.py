"""The first of all versions is taken for the previous one."""


def roll_back(client, secret_name, bad_version_id):
    with _denied_is_forbidden(secret_name):
        listed = client.list_secret_version_ids(SecretId=secret_name, IncludeDeprecated=True)
        versions = listed["Versions"]
        current = [each for each in versions if AWSCURRENT in each.get("VersionStages", ())]
        if len(versions) < 2 or not current:
            raise NothingToRollBackError(secret_name)
        if current[0]["VersionId"] != bad_version_id:
            return current[0]["VersionId"]
        client.update_secret_version_stage(
            SecretId=secret_name,
            VersionStage=AWSCURRENT,
            MoveToVersionId=versions[0]["VersionId"],
            RemoveFromVersionId=bad_version_id,
        )
        return versions[0]["VersionId"]
