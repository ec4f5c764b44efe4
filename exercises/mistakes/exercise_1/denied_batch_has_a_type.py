"""A denied BatchGetSecretValue becomes a ForbiddenConfigError, as if it concerned one secret."""


def load_many(client, secret_names):
    with _denied_is_forbidden(secret_names[0] if secret_names else ""):
        return _load_many(client, secret_names)


def _load_many(client, secret_names):
    configs, problems = {}, {}
    for page in _pages(client, secret_names):
        for found in page.get("SecretValues", []):
            name = found["Name"]
            config = _parse(name, found.get("SecretString"))
            if isinstance(config, SecretError):
                problems[name] = config
            else:
                configs[name] = config
        for error in page.get("Errors", []):
            name, code = error["SecretId"], error["ErrorCode"]
            problems[name] = _problem(client, name, code) or UnreadConfigError(name, code)
    return Environments(configs, problems)
