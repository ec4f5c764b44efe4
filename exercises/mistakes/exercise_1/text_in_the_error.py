"""The error keeps the text, so that somebody can look what takes so much room."""


def save(client, secret_name, config, token):
    text = as_text(config)
    size = len(text.encode())
    if size > MAX_VALUE_BYTES:
        error = ConfigTooLargeError(secret_name, size)
        error.text = text
        raise error
    with _denied_is_forbidden(secret_name):
        unchanged = _version_holding(client, secret_name, text)
        return unchanged or _store(client, secret_name, text, token)
