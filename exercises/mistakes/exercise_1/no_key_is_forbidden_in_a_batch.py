"""Who may not use the key of a secret is told that the secret is forbidden."""


def load_many(client, secret_names, right=load_many):
    found = right(client, secret_names)
    for name, problem in found.problems.items():
        if getattr(problem, "code", None) == "DecryptionFailure":
            found.problems[name] = ForbiddenConfigError(name)
    return found
