"""A value that AWS cannot decrypt is taken for one that the program may not read."""


def load_many(client, secret_names, right=load_many):
    found = right(client, secret_names)
    for name, problem in found.problems.items():
        if getattr(problem, "code", None) == "DecryptionFailure":
            found.problems[name] = ForbiddenConfigError(name)
    return found
