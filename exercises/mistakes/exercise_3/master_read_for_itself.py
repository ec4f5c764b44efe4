"""The master's secret is read as if it had to be there."""


def _master(client, current, user, right=_master):
    client.get_secret_value(SecretId=current.login["masterarn"])
    return right(client, current, user)
