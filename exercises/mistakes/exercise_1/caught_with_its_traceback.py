"""The problem is raised beside the text, caught, and kept with its traceback."""


def _found(entry):
    try:
        return _parse_or_raise(entry["Name"], entry.get("SecretString"))
    except UnusableConfigError as error:
        return error


def _parse_or_raise(name, text):
    config = _parse(name, text)
    if isinstance(config, SecretError):
        raise config
    return config
