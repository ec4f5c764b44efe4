"""The current value is read with `load`, which raises where there is something to mend."""


def _version_holding(client, secret_name, text):
    config = load(client, secret_name)
    if config is None or as_text(config) != text:
        return None
    return client.get_secret_value(SecretId=secret_name)["VersionId"]
