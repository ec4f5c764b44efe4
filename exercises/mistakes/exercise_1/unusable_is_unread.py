"""What cannot be parsed is told as if AWS had not read it."""


def load_many(client, secret_names):
    configs, problems = {}, {}
    for page in _pages(client, secret_names):
        for found in page.get("SecretValues", []):
            name = found["Name"]
            config = _parse(name, found.get("SecretString"))
            if isinstance(config, SecretError):
                problems[name] = UnreadConfigError(name, config.reason)
            else:
                configs[name] = config
        for error in page.get("Errors", []):
            name, code = error["SecretId"], error["ErrorCode"]
            problems[name] = _problem(client, name, code) or UnreadConfigError(name, code)
    return Environments(configs, problems)
