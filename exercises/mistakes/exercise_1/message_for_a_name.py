"""The errors of a batch are given AWS's message as their name."""


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
            problem.secret_name = error.get("Message", code)
            problems[name] = problem
    return Environments(configs, problems)
