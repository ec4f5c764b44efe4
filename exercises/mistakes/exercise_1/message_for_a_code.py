"""The message is kept as the code: AWS may word it anew at any time."""


def _reported(client, error):
    name, code = error["SecretId"], error["ErrorCode"]
    return _problem(client, name, code) or UnreadConfigError(name, error["Message"])
