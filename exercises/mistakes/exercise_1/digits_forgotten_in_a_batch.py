"""One number in the batch that has too many digits ends it all."""


def _found(entry):
    name = entry["Name"]
    if "SecretString" not in entry:
        return UnusableConfigError(name, "binary")
    try:
        config = json.loads(entry["SecretString"])
    except (json.JSONDecodeError, RecursionError):
        return UnusableConfigError(name, "not JSON")
    return config if isinstance(config, dict) else UnusableConfigError(name, "not an object")
