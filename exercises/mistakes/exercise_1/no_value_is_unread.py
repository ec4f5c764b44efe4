"""Absence is looked into, and a missing value is told by AWS's code."""


def _reported(client, error, right=_reported):
    problem = right(client, error)
    if isinstance(problem, UnusableConfigError):
        return UnreadConfigError(error["SecretId"], error["ErrorCode"])
    return problem
