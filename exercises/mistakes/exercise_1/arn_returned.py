"""The ARN of the secret is returned, which says nothing about the version."""


def save(client, secret_name, config, token):
    _save(client, secret_name, config, token)
    return client.describe_secret(SecretId=secret_name)["ARN"]


def _save(client, secret_name, config, token):
    text = as_text(config)
    size = len(text.encode())
    if size > MAX_VALUE_BYTES:
        raise ConfigTooLargeError(secret_name, size)
    with _denied_is_forbidden(secret_name):
        return _version_holding(client, secret_name, text) or _store(
            client, secret_name, text, token
        )
