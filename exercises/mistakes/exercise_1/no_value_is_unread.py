"""Absence is looked into, and a missing value is told by AWS's code."""


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
            problem = _problem(client, name, code)
            if problem is None or isinstance(problem, UnusableConfigError):
                problem = UnreadConfigError(name, code)
            problems[name] = problem
    return Environments(configs, problems)
