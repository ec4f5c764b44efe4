"""A save that is repeated stores once more, and says that all is as it was."""


def save(client, secret_name, config, token):
    text = as_text(config)
    size = len(text.encode())
    if size > MAX_VALUE_BYTES:
        raise ConfigTooLargeError(secret_name, size)
    with _denied_is_forbidden(secret_name):
        try:
            client.put_secret_value(SecretId=secret_name, SecretString=text)
        except client.exceptions.ResourceNotFoundException:
            client.create_secret(Name=secret_name, SecretString=text)
    return token
