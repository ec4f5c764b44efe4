"""A note on the error quotes what could not be read."""


def require(client, secret_name):
    found = _read(client, secret_name)
    if isinstance(found, SecretError):
        if isinstance(found, UnusableConfigError):
            found.add_note(f"AWS answered {client.get_secret_value(SecretId=secret_name)}")
        raise found
    return found
