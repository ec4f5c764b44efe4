"""Bytes are compared, and characters are told."""


def save(client, secret_name, config, token):
    text = as_text(config)
    if len(text.encode()) > MAX_VALUE_BYTES:
        raise ConfigTooLargeError(secret_name, len(text))
    with _denied_is_forbidden(secret_name):
        unchanged = _version_holding(client, secret_name, text)
        return unchanged or _store(client, secret_name, text, token)
