"""In a batch, a second look that fails for whatever reason makes the secret absent."""


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
            try:
                problems[name] = _problem(client, name, code) or UnreadConfigError(name, code)
            except ClientError:
                problems[name] = AbsentConfigError(name)
    return Environments(configs, problems)
