"""The errors of a batch are given AWS's message as their name."""


def _reported(client, error, right=_reported):
    problem = right(client, error)
    problem.secret_name = error.get("Message", error["ErrorCode"])
    return problem
