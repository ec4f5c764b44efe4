"""JSONDecodeError is kept as the cause, and its `doc` is the whole secret."""


def load_many(client, secret_names):
    configs, problems = {}, {}
    for page in _pages(client, secret_names):
        for found in page.get("SecretValues", []):
            name = found["Name"]
            config = _parse(name, found.get("SecretString"))
            if isinstance(config, SecretError):
                try:
                    json.loads(found.get("SecretString", "{}"))
                except (ValueError, RecursionError) as error:
                    config.__cause__ = error
                problems[name] = config
            else:
                configs[name] = config
        for error in page.get("Errors", []):
            name, code = error["SecretId"], error["ErrorCode"]
            problems[name] = _problem(client, name, code) or UnreadConfigError(name, code)
    return Environments(configs, problems)
