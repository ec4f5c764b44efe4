"""Whatever AWS reports for one secret, it is called absent."""


def _reported(client, error):
    name, code = error["SecretId"], error["ErrorCode"]
    return _problem(client, name, code) or AbsentConfigError(name)
