"""A denied second look on one secret ends the loading of all."""


def load_many(client, secret_names):
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
            if code == NOT_FOUND:
                problems[name] = _absent_or_empty(client, name)
            else:
                problems[name] = _problem(client, name, code) or UnreadConfigError(name, code)
    return Environments(configs, problems)


def _absent_or_empty(client, name):
    try:
        client.describe_secret(SecretId=name)
    except client.exceptions.ResourceNotFoundException:
        return AbsentConfigError(name)
    return UnusableConfigError(name, "no value yet")
