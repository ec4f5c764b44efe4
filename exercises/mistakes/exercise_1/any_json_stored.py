"""as_text measures and compares, and plain json.dumps stores: other text, other bytes."""


def save(client, secret_name, config, token):
    text = as_text(config)
    size = len(text.encode())
    if size > MAX_VALUE_BYTES:
        raise ConfigTooLargeError(secret_name, size)
    with _denied_is_forbidden(secret_name):
        unchanged = _version_holding(client, secret_name, text)
        return unchanged or _store(client, secret_name, json.dumps(config), token)
