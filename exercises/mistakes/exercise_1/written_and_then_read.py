"""The value is put first, and read back to see whether it is there."""


def save(client, secret_name, config, token):
    text = as_text(config)
    size = len(text.encode())
    if size > MAX_VALUE_BYTES:
        raise ConfigTooLargeError(secret_name, size)
    with _denied_is_forbidden(secret_name):
        _store(client, secret_name, text, token)
        return client.get_secret_value(SecretId=secret_name, VersionId=token)["VersionId"]
