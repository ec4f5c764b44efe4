"""That a secret is there is remembered for as long as the program runs."""

_there = set()


def _problem(client, secret_name, code, right=_problem):
    if secret_name in _there and code == NOT_FOUND:
        return UnusableConfigError(secret_name, "no value yet")
    problem = right(client, secret_name, code)
    if isinstance(problem, UnusableConfigError):
        _there.add(secret_name)
    return problem
