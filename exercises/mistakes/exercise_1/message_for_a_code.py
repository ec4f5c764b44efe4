"""The message is kept as the code: AWS may word it anew at any time."""


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
            problems[name] = _problem(client, name, code) or UnreadConfigError(
                name, error["Message"]
            )
    return Environments(configs, problems)
