"""A secret without a value has no SecretString, and so it is called binary."""


def _reported(client, error, right=_reported):
    problem = right(client, error)
    if isinstance(problem, UnusableConfigError):
        return UnusableConfigError(error["SecretId"], "binary")
    return problem
