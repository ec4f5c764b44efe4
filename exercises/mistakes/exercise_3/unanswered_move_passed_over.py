"""A move that was not answered is left for the next call to find out."""


def finish_secret(client, arn, token, right=finish_secret):
    with suppress(BotoCoreError):
        right(client, arn, token)
