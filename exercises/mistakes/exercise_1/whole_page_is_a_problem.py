"""Where a page has an error, every secret of it is called a problem."""


def load_many(client, secret_names):
    configs, problems = {}, {}
    for page in _pages(client, secret_names):
        values, errors = page.get("SecretValues", []), page.get("Errors", [])
        if errors:
            bad = [each["Name"] for each in values] + [each["SecretId"] for each in errors]
            code = errors[0]["ErrorCode"]
            problems |= {name: UnreadConfigError(name, code) for name in bad}
            continue
        for found in values:
            config = _parse(found["Name"], found.get("SecretString"))
            kept = problems if isinstance(config, SecretError) else configs
            kept[found["Name"]] = config
    return Environments(configs, problems)
