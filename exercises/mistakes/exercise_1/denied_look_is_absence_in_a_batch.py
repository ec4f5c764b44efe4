"""Whatever is wrong with the second look, the secret is called absent."""


def _reported(client, error, right=_reported):
    problem = right(client, error)
    if error["ErrorCode"] == NOT_FOUND and isinstance(problem, ForbiddenConfigError):
        return AbsentConfigError(error["SecretId"])
    return problem
