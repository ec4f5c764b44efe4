"""One number in the batch that has too many digits ends it all."""


def load_many(client, secret_names):
    configs, problems = {}, {}
    for page in _pages(client, secret_names):
        for found in page.get("SecretValues", []):
            name = found["Name"]
            config = _parse_of_many(name, found.get("SecretString"))
            if isinstance(config, SecretError):
                problems[name] = config
            else:
                configs[name] = config
        for error in page.get("Errors", []):
            name, code = error["SecretId"], error["ErrorCode"]
            problems[name] = _problem(client, name, code) or UnreadConfigError(name, code)
    return Environments(configs, problems)


def _parse_of_many(name, text):
    if text is None:
        return UnusableConfigError(name, "binary")
    try:
        config = json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        return UnusableConfigError(name, "not JSON")
    return config if isinstance(config, dict) else UnusableConfigError(name, "not an object")
