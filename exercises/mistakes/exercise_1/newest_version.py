"""The version that was created last is taken for the current one."""


def load(client, secret_name):
    try:
        versions = client.list_secret_version_ids(SecretId=secret_name)["Versions"]
        newest = versions[-1]["VersionId"]
        answer = client.get_secret_value(SecretId=secret_name, VersionId=newest)
    except ClientError as error:
        if _code(error) == NOT_FOUND:
            return None
        raise
    return json.loads(answer["SecretString"])
