"""AccessDeniedException passes as the ClientError that it is."""


def save(client, secret_name, config, token):
    text = as_text(config)
    size = len(text.encode())
    if size > MAX_VALUE_BYTES:
        raise ConfigTooLargeError(secret_name, size)
    unchanged = _version_holding(client, secret_name, text)
    return unchanged or _store(client, secret_name, text, token)
