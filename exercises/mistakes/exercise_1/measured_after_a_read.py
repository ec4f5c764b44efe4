"""The size is measured just before the put, when AWS has been asked already."""


def save(client, secret_name, config, token):
    text = as_text(config)
    with _denied_is_forbidden(secret_name):
        unchanged = _version_holding(client, secret_name, text)
        size = len(text.encode())
        if size > MAX_VALUE_BYTES:
            raise ConfigTooLargeError(secret_name, size)
        return unchanged or _store(client, secret_name, text, token)
