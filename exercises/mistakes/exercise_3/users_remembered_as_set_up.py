"""The Lambda function remembers whom it has set up, and does not do it again."""

SET_UP = set()
_set_secret = set_secret


def set_secret(client, arn, token):
    _, pending = pair(client, arn, token)
    if pending.login["username"] not in SET_UP:
        _set_secret(client, arn, token)
        SET_UP.add(pending.login["username"])
