"""AccessDeniedException is told as any other code."""


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
            found = _problem(client, name, code) if code == NOT_FOUND else None
            problems[name] = found or UnreadConfigError(name, code)
    return Environments(configs, problems)
