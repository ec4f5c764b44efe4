"""Errors are read beside values alone, and a page that has nothing else is passed over."""


def load_many(client, secret_names):
    configs, problems = {}, {}
    for page in _pages(client, secret_names):
        if "SecretValues" not in page:
            continue
        for entry in page["SecretValues"]:
            found = _found(entry)
            (problems if isinstance(found, SecretError) else configs)[entry["Name"]] = found
        for error in page.get("Errors", []):
            problems[error["SecretId"]] = _reported(client, error)
    return Environments(configs, problems)
