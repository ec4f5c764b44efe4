"""Every code of a batch is told as it is, and none is looked into."""


def _reported(client, error):
    return UnreadConfigError(error["SecretId"], error["ErrorCode"])
