"""A secret that is scheduled for deletion is restored, because somebody saves."""


def save(client, secret_name, config, token):
    text = as_text(config)
    size = len(text.encode())
    if size > MAX_VALUE_BYTES:
        raise ConfigTooLargeError(secret_name, size)
    with _denied_is_forbidden(secret_name):
        try:
            unchanged = _version_holding(client, secret_name, text)
        except client.exceptions.InvalidRequestException:
            client.restore_secret(SecretId=secret_name)
            unchanged = None
        return unchanged or _store(client, secret_name, text, token)
