"""The problem is raised beside the text, caught, and kept with its traceback."""


def load_many(client, secret_names):
    configs, problems = {}, {}
    for page in _pages(client, secret_names):
        for found in page.get("SecretValues", []):
            name = found["Name"]
            try:
                configs[name] = _parse_or_raise(name, found.get("SecretString"))
            except UnusableConfigError as error:
                problems[name] = error
        for error in page.get("Errors", []):
            name, code = error["SecretId"], error["ErrorCode"]
            problems[name] = _problem(client, name, code) or UnreadConfigError(name, code)
    return Environments(configs, problems)


def _parse_or_raise(name, text):
    config = _parse(name, text)
    if isinstance(config, SecretError):
        raise config
    return config
