"""The id of the version is known, and the function ends without a word."""


def save(client, secret_name, config, token):
    text = as_text(config)
    size = len(text.encode())
    if size > MAX_VALUE_BYTES:
        raise ConfigTooLargeError(secret_name, size)
    with _denied_is_forbidden(secret_name):
        if not _version_holding(client, secret_name, text):
            _store(client, secret_name, text, token)
