"""Each secret is read by `require`, whose errors are the problems."""


def load_many(client, secret_names):
    configs, problems = {}, {}
    for name in secret_names:
        try:
            configs[name] = require(client, name)
        except SecretError as error:
            problems[name] = error.with_traceback(None)
    return Environments(configs, problems)
