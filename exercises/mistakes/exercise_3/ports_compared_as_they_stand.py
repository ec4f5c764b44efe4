"""The port of the one secret is a number and that of the other a text, and so they differ."""


def set_secret(client, arn, token, right=set_secret):
    current, _ = pair(client, arn, token)
    master = read(client, current.login["masterarn"])
    if master.login["port"] != current.login["port"]:
        raise RotationError(f"{arn}: the master is of another server")
    right(client, arn, token)
