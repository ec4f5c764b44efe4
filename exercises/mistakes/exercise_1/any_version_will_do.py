"""Where any version holds the configuration, nothing is stored, and another stays current."""


def _version_holding(client, secret_name, text):
    try:
        client.get_secret_value(SecretId=secret_name)
    except ClientError as error:
        if _code(error) == NOT_FOUND:
            return None
        raise
    for version in client.list_secret_version_ids(SecretId=secret_name)["Versions"]:
        found = {"SecretId": secret_name, "VersionId": version["VersionId"]}
        config = _parse(secret_name, client.get_secret_value(**found).get("SecretString"))
        if isinstance(config, dict) and as_text(config) == text:
            return version["VersionId"]
    return None
