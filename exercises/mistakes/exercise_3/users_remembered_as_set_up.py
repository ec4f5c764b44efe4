"""The Lambda function remembers whom it has set up, and does not do it again."""

SET_UP = set()


def set_secret(client, arn, token, right=set_secret):
    _, pending = pair(client, arn, token)
    if pending.login["username"] not in SET_UP:
        right(client, arn, token)
        SET_UP.add(pending.login["username"])
