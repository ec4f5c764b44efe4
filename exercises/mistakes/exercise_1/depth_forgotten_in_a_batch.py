"""One value of the batch that is nested too deeply ends it all."""


def _found(entry):
    name = entry["Name"]
    if "SecretString" not in entry:
        return UnusableConfigError(name, "binary")
    try:
        config = json.loads(entry["SecretString"])
    except ValueError:
        return UnusableConfigError(name, "not JSON")
    return config if isinstance(config, dict) else UnusableConfigError(name, "not an object")
