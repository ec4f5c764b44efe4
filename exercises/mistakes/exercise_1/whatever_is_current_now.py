"""The version that is current after the put is taken for the one that was put.

Reading after writing is no proof: seen in the AWS SDK for JavaScript (#7701).
"""


def save(client, secret_name, config, token):
    text = as_text(config)
    size = len(text.encode())
    if size > MAX_VALUE_BYTES:
        raise ConfigTooLargeError(secret_name, size)
    with _denied_is_forbidden(secret_name):
        unchanged = _version_holding(client, secret_name, text)
        if not unchanged:
            _store(client, secret_name, text, token)
        return client.get_secret_value(SecretId=secret_name)["VersionId"]
