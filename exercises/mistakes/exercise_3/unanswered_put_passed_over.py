"""An answer that never came is taken for one that was yes."""


def create_secret(client, arn, token, right=create_secret):
    with suppress(BotoCoreError):
        right(client, arn, token)
