"""The problem shows how the value begins, so that somebody may know what it is."""


def load_many(client, secret_names):
    configs, problems = {}, {}
    for page in _pages(client, secret_names):
        for found in page.get("SecretValues", []):
            name, text = found["Name"], found.get("SecretString")
            config = _parse(name, text)
            if isinstance(config, SecretError):
                config.add_note(f"It begins with {(text or '')[:10]}")
                problems[name] = config
            else:
                configs[name] = config
        for error in page.get("Errors", []):
            name, code = error["SecretId"], error["ErrorCode"]
            problems[name] = _problem(client, name, code) or UnreadConfigError(name, code)
    return Environments(configs, problems)
