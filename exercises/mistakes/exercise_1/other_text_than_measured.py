"""What is measured has ä in two bytes, and what is sent has it in six, as an escape."""


def save(client, secret_name, config, token):
    text = as_text(config)
    size = len(text.encode())
    if size > MAX_VALUE_BYTES:
        raise ConfigTooLargeError(secret_name, size)
    with _denied_is_forbidden(secret_name):
        unchanged = _version_holding(client, secret_name, text)
        return unchanged or _store(client, secret_name, json.dumps(config, sort_keys=True), token)
