"""The previous value is read and put as a new version, in place of moving a label."""


def roll_back(client, secret_name, bad_version_id):
    with _denied_is_forbidden(secret_name):
        versions = client.describe_secret(SecretId=secret_name).get("VersionIdsToStages", {})
        holder = {label: version for version, labels in versions.items() for label in labels}
        if AWSPREVIOUS not in holder:
            raise NothingToRollBackError(secret_name)
        if holder[AWSCURRENT] != bad_version_id:
            return holder[AWSCURRENT]
        old = client.get_secret_value(SecretId=secret_name, VersionStage=AWSPREVIOUS)
        answer = client.put_secret_value(SecretId=secret_name, SecretString=old["SecretString"])
        return answer["VersionId"]
