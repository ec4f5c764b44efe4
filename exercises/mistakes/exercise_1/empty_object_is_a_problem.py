"""A configuration without a key is taken for none."""


def load_many(client, secret_names, right=load_many):
    found = right(client, secret_names)
    for name in [name for name, config in found.configs.items() if not config]:
        del found.configs[name]
        found.problems[name] = UnusableConfigError(name, "not an object")
    return found
