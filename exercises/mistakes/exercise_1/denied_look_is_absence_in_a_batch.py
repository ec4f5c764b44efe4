"""Whatever is wrong with the second look, the secret is called absent."""


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
            problem = _problem(client, name, code) or UnreadConfigError(name, code)
            if code == NOT_FOUND and isinstance(problem, ForbiddenConfigError):
                problem = AbsentConfigError(name)
            problems[name] = problem
    return Environments(configs, problems)
