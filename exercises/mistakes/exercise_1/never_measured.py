"""AWS is left to say that a value is too big."""


def save(client, secret_name, config, token):
    text = as_text(config)
    with _denied_is_forbidden(secret_name):
        unchanged = _version_holding(client, secret_name, text)
        return unchanged or _store(client, secret_name, text, token)
